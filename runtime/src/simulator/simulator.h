/* simulator.h - What simulated GPU kernels call.
 *
 * A kernel compiled with --simulate is the very code that goes to PTX, with each
 * intrinsic of the GPU replaced by a call of these functions and each access to
 * memory announced by gradus_sim_access. Blocks run one after the other on each
 * thread of the pool; the CUDA threads of a block are fibers.
 *
 * A violation prints what happened, where, and exits with code 1.
 */
#ifndef GRADUS_RUNTIME_SIMULATOR_H
#define GRADUS_RUNTIME_SIMULATOR_H

#include <stdint.h>

/** Runs a kernel, as one CUDA thread. */
typedef void (*gradus_sim_body_t)(void *const *args, void *scratch);

/** What is known of a kernel. */
typedef struct {
  const char *name;
  const char *location; /* "file:line:col" of the layer, or "" */
  gradus_sim_body_t body;
  int64_t threads;           /* per block */
  const uint64_t *arg_bytes; /* sizes of the buffers in args */
  uint64_t arg_count;        /* operands and results */
  uint64_t scratch_bytes;    /* of global memory behind scratch */
} gradus_sim_kernel_t;

/** Runs the blocks [begin, end). */
void gradus_sim_run(const gradus_sim_kernel_t *kernel, void *const *args, int64_t begin, int64_t end, void *scratch);

/** Numbers of the running thread and block, and how many threads a block has. */
int32_t gradus_sim_thread(void);
int32_t gradus_sim_block(void);
int32_t gradus_sim_threads(void);

/** Waits for all threads of the block; `site` names the place in the code. */
void gradus_sim_barrier(int32_t site);

/** The value of the lane whose number differs from this one's in the bits of
 * `lane_mask`; all lanes of a warp must take part. */
int32_t gradus_sim_shuffle_xor(int32_t value, int32_t lane_mask);

/** The block's shared buffer `id` of `bytes` bytes, aligned as promised and no
 * better. */
void *gradus_sim_shared(int32_t id, int64_t bytes, int64_t alignment);

enum { GRADUS_SIM_WRITE = 1, GRADUS_SIM_SHARED = 2 };
/** Checks an access of `bytes` bytes: bounds, alignment, and in shared memory
 * races and reads of what nothing wrote. */
void gradus_sim_access(const void *address, int64_t bytes, int64_t alignment, int32_t flags);

#endif

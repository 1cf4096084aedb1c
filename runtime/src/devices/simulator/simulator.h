//===- simulator.h - What simulated GPU kernels call ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel compiled with --simulate is the very code that goes to PTX, with each
// intrinsic of the GPU replaced by a call of these functions and each access to
// memory announced by gradus_sim_access. Blocks run one after the other on each
// thread of the pool; the CUDA threads of a block are fibers.
//
// A violation prints what happened, where, and exits with code 1.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DEVICES_SIMULATOR_SIMULATOR_H
#define GRADUS_DEVICES_SIMULATOR_SIMULATOR_H

#include <stdint.h>

/// Runs a kernel, as one CUDA thread.
typedef void (*gradus_sim_body_t)(void *const *args, void *scratch);

/// What is known of a kernel; the compiler writes it.
typedef struct {
  const char *name;          ///< in messages
  const char *location;      ///< "file:line:col" of the layer, or ""
  gradus_sim_body_t body;    ///< the code of a CUDA thread
  int64_t threads;           ///< per block
  const uint64_t *arg_bytes; ///< sizes of the buffers in args
  uint64_t arg_count;        ///< operands and results
  uint64_t scratch_bytes;    ///< of global memory behind scratch
} gradus_sim_kernel_t;

/// Runs the blocks [begin, end).
void gradus_sim_run(const gradus_sim_kernel_t *kernel, void *const *args, int64_t begin, int64_t end, void *scratch);

/// Number of the running thread in its block.
int32_t gradus_sim_thread(void);
/// Number of the running block.
int32_t gradus_sim_block(void);
/// How many threads a block has.
int32_t gradus_sim_threads(void);

/// Waits for all threads of the block; `site` names the place in the code.
void gradus_sim_barrier(int32_t site);

/// The value of the lane whose number differs from this one's in the bits of
/// `lane_mask`; all lanes of a warp must take part.
int32_t gradus_sim_shuffle_xor(int32_t value, int32_t lane_mask);

/// mma.m16n8k16 of bf16, or mma.m16n8k8 of `tf32`, by all lanes of a warp, on
/// fragments as the PTX ISA has them: `operands` holds the words of the lhs (4),
/// then of the rhs (2); `sums` are added to. Products are exact; those
/// of 8 neighbours in k (4 of tf32) and the sum so far are added and cut to f32,
/// as Fasi, Higham, Mikaitis and Pranesh found an A100 to do ("Numerical behavior
/// of NVIDIA tensor cores", PeerJ Computer Science 7, 2021).
void gradus_sim_mma(int32_t tf32, const uint32_t operands[6], float sums[4]);

/// ldmatrix.x4: lane i names row i % 8 of matrix i / 8, 8 elements of 2 bytes in
/// shared memory, and gets two elements of each of the four matrices.
void gradus_sim_load_matrices(const void *row, int32_t transposed, uint32_t out[4]);

/// cp.async: the first `read` of `bytes` bytes come from global memory, the rest
/// are zeros. They arrive when the group they belong to is waited for.
void gradus_sim_copy_async(void *shared, const void *global, int64_t bytes, int32_t read);
/// Ends a group of copies.
void gradus_sim_commit(void);
/// Waits for all groups but the last `groups`.
void gradus_sim_wait(int32_t groups);

/// The nearest tf32 of a number, ties away from zero, with zeros behind.
int32_t gradus_sim_to_tf32(float value);
/// The nearest bf16 of a number, ties to even.
int16_t gradus_sim_to_bf16(float value);

/// The block's shared buffer `id` of `bytes` bytes, aligned as promised and no
/// better.
void *gradus_sim_shared(int32_t id, int64_t bytes, int64_t alignment);

/// Flags of an access; without WRITE it reads, without SHARED it is to global memory.
enum { GRADUS_SIM_WRITE = 1, GRADUS_SIM_SHARED = 2 };
/// Checks an access of `bytes` bytes: bounds, alignment, and in shared memory
/// races and reads of what nothing wrote.
void gradus_sim_access(const void *address, int64_t bytes, int64_t alignment, int32_t flags);
/// The same for a read of `constant`, a table of `size` bytes that is part of the kernel's module.
void gradus_sim_access_constant(const void *address, int64_t bytes, int64_t alignment, const void *constant,
                                int64_t size);

#endif

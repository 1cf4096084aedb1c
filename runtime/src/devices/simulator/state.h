//===- state.h - The state of the simulator of GPU kernels ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the simulator: simulator.c runs blocks, warp.c lets the lanes of a warp
// exchange values, memory.c checks and copies memory.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DEVICES_SIMULATOR_STATE_H
#define GRADUS_DEVICES_SIMULATOR_STATE_H

#include "devices/simulator/fiber.h"
#include "devices/simulator/simulator.h"
#include <stdbool.h>

/// Threads of a warp, of a block at most; shared buffers of a kernel at most.
enum { kWarp = 32, kMaxThreads = 1024, kMaxShared = 64, kStackBytes = 64 << 10 };

/// What a CUDA thread of the block does.
typedef enum { RUNNABLE, AT_BARRIER, AT_EXCHANGE, DONE } state_t;

/// A copy that has been started and not been waited for.
typedef struct {
  uint8_t *to;
  const uint8_t *from;
  int64_t bytes, read; ///< the rest is filled with zeros
  int64_t group;
} copy_t;

/// A CUDA thread.
typedef struct sim_thread {
  gradus_fiber_t fiber;
  state_t state;
  int32_t site; ///< of the barrier
  // What lanes do together once all of a warp have arrived.
  const char *exchange_name;
  void (*exchange)(struct sim_thread *lanes);
  uint32_t words[10]; ///< offered, then received
  copy_t *copies;
  int64_t copy_count, copy_capacity;
  int64_t group; ///< of copies, that is being filled
} sim_thread_t;

/// Several readers.
enum { MANY = 0xffff };
/// Who touched two bytes of shared memory since the last barrier; threads are
/// counted from 1.
typedef struct {
  uint32_t write_epoch, read_epoch;
  uint16_t writer, reader;
  uint16_t copier; ///< whose copy is under way
  bool written;
} word_t;
/// Bytes that a word_t stands for.
enum { kWord = 2 };

/// A shared buffer of the block.
typedef struct {
  uint8_t *block; ///< what was allocated
  uint8_t *base;  ///< where the kernel sees it
  int64_t bytes;
  word_t *words;
} shared_t;

/// A block, and the thread of it that runs.
typedef struct {
  const gradus_sim_kernel_t *kernel;
  void *const *args;
  void *scratch;
  int64_t block;
  int current;
  uint32_t epoch; ///< barriers since the block began, and 1
  gradus_fiber_t scheduler;
  uint8_t *stacks;
  sim_thread_t threads[kMaxThreads];
  shared_t shared[kMaxShared];
} simulator_t;

/// What the calling host thread simulates: one per thread, made by its first block
/// and kept until the process ends.
extern _Thread_local simulator_t *gradus_sim_state __attribute__((visibility("hidden")));

/// Prints what the running CUDA thread did wrong, and where, and exits with code 1.
_Noreturn void gradus_sim_violation(const char *what);

/// Stops the running CUDA thread in `state`; returns when it is to go on.
void gradus_sim_park(state_t state);

#endif

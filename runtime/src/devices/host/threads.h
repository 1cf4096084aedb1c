//===- threads.h - A pool of threads with a static split ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DEVICES_HOST_THREADS_H
#define GRADUS_DEVICES_HOST_THREADS_H

#include "base/error.h"
#include <stdbool.h>

/// Threads that share work, the creating one included; used by that one only.
typedef struct gradus_pool_t gradus_pool_t;

/// The part of some work that thread `index` of `count` does.
typedef void (*gradus_work_t)(void *context, int index, int count);

/// Starts a pool of `count` threads (at least 1), the caller's included. They spin
/// for a moment after each piece of work, then sleep. If the process may use that
/// many processors, each thread is bound to one of its own, the caller's too. The
/// caller destroys `*out`; on failure it is null. With `flush_denormals`, the threads
/// but for the caller's treat numbers below the normal range as zero.
int gradus_pool_create(int count, bool flush_denormals, gradus_pool_t **out, gradus_error_t *error);

/// Ends the threads and lets the caller run on any processor again; null is allowed.
void gradus_pool_destroy(gradus_pool_t *pool);

/// Lets the calling thread run on any processor again: for threads started by one
/// that the pool has bound to its own.
void gradus_pool_unbind(const gradus_pool_t *pool);

/// The number of threads, the caller's included.
int gradus_pool_size(const gradus_pool_t *pool);

/// Runs `work` once per thread, with `context`, and returns when all are done.
void gradus_pool_run(gradus_pool_t *pool, gradus_work_t work, void *context);

/// Lets the calling thread treat numbers below the normal range as zero: they are
/// noise in training and a hundred times slower. Returns what to give to
/// gradus_restore_denormals.
unsigned gradus_flush_denormals(void);

/// Takes back gradus_flush_denormals, which has returned `mode`.
void gradus_restore_denormals(unsigned mode);

#endif

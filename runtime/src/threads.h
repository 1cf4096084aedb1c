/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* threads.h - A pool of threads with a static split. */
#ifndef GRADUS_THREADS_H
#define GRADUS_THREADS_H

#include "base.h"

typedef struct gradus_pool_t gradus_pool_t;

/** Work for thread `index` of `count`. */
typedef void (*gradus_work_t)(void *context, int index, int count);

/** A pool of `count` threads, the caller's included. They spin for a moment
 * after each piece of work, then sleep. The caller destroys |out|. */
int gradus_pool_create(int count, gradus_pool_t **out, gradus_error_t *error);
void gradus_pool_destroy(gradus_pool_t *pool);
/** Lets the calling thread run on any processor again: for threads started by
 * one that the pool has bound to its own. */
void gradus_pool_unbind(const gradus_pool_t *pool);
int gradus_pool_size(const gradus_pool_t *pool);
/** Runs `work` once per thread and returns when all are done. */
void gradus_pool_run(gradus_pool_t *pool, gradus_work_t work, void *context);

/** Lets this thread treat numbers below the normal range as zero: they are
 * noise in training and a hundred times slower. Returns what to give to
 * gradus_restore_denormals. */
unsigned gradus_flush_denormals(void);
void gradus_restore_denormals(unsigned mode);

#endif

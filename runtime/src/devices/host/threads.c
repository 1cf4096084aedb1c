//===- threads.c - A pool of threads with a static split ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/host/threads.h"
#include "base/memory.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// About 50 microseconds: longer than the gap between two kernels of a step.
enum { kSpins = 2000 };

/// The bits "flush to zero" and "denormals are zero" of MXCSR.
enum { kFlushDenormals = 0x8040 };

typedef struct {
  gradus_pool_t *pool;
  int index;
  pthread_t thread;
} worker_t;

struct gradus_pool_t {
  int count;
  worker_t *workers;
  gradus_work_t work;
  void *context;
  _Alignas(64) atomic_uint round;   ///< raised for each piece of work
  _Alignas(64) atomic_uint pending; ///< workers not done with it
  _Alignas(64) atomic_uint asleep;
  atomic_bool stop;
  bool flush_denormals;
  bool bound;        ///< each thread to a processor of its own
  cpu_set_t allowed; ///< what the process may use
};

/// Binds the calling thread to the index-th processor allowed: two threads of a
/// pool on one processor would take turns, and each kernel wait for both.
static void bind_to(const gradus_pool_t *pool, int index) {
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &pool->allowed))
      continue;
    if (index == 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      pthread_setaffinity_np(pthread_self(), sizeof one, &one);
      return;
    }
    --index;
  }
}

void gradus_pool_unbind(const gradus_pool_t *pool) {
  if (pool->bound)
    pthread_setaffinity_np(pthread_self(), sizeof pool->allowed, &pool->allowed);
}

/// Tells the processor that this thread spins.
static void relax(void) {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

unsigned gradus_flush_denormals(void) {
#if defined(__x86_64__)
  unsigned mode = _mm_getcsr();
  if ((mode & kFlushDenormals) != kFlushDenormals)
    _mm_setcsr(mode | kFlushDenormals);
  return mode;
#else
  return 0;
#endif
}

void gradus_restore_denormals(unsigned mode) {
#if defined(__x86_64__)
  if ((mode & kFlushDenormals) != kFlushDenormals)
    _mm_setcsr(mode);
#else
  (void)mode;
#endif
}

static void *worker_main(void *argument) {
  worker_t *self = argument;
  gradus_pool_t *pool = self->pool;
  unsigned seen = 0;
  if (pool->bound)
    bind_to(pool, self->index);
  if (pool->flush_denormals)
    gradus_flush_denormals();
  while (true) {
    unsigned round = atomic_load_explicit(&pool->round, memory_order_acquire);
    for (int i = 0; round == seen && i < kSpins; ++i) {
      relax();
      round = atomic_load_explicit(&pool->round, memory_order_acquire);
    }
    while (round == seen) {
      atomic_fetch_add(&pool->asleep, 1);
      syscall(SYS_futex, &pool->round, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
      atomic_fetch_sub(&pool->asleep, 1);
      round = atomic_load_explicit(&pool->round, memory_order_acquire);
    }
    seen = round;
    if (atomic_load(&pool->stop))
      return NULL;
    pool->work(pool->context, self->index, pool->count);
    atomic_fetch_sub_explicit(&pool->pending, 1, memory_order_release);
  }
}

static void wake(gradus_pool_t *pool) {
  atomic_fetch_add_explicit(&pool->round, 1, memory_order_seq_cst);
  if (atomic_load_explicit(&pool->asleep, memory_order_seq_cst))
    syscall(SYS_futex, &pool->round, FUTEX_WAKE_PRIVATE, pool->count, NULL, NULL, 0);
}

int gradus_pool_create(int count, bool flush_denormals, gradus_pool_t **out, gradus_error_t *error) {
  *out = NULL;
  gradus_pool_t *pool = gradus_alloc(sizeof *pool, error);
  if (!pool)
    return -1;
  pool->count = 1;
  pool->flush_denormals = flush_denormals;
  pool->bound =
      count > 1 && !sched_getaffinity(0, sizeof pool->allowed, &pool->allowed) && CPU_COUNT(&pool->allowed) >= count;
  pool->workers = calloc((size_t)count, sizeof *pool->workers);
  if (!pool->workers) {
    free(pool);
    return gradus_fail_memory(error);
  }
  for (int i = 1; i < count; ++i) {
    pool->workers[i] = (worker_t){pool, i, 0};
    int rc = pthread_create(&pool->workers[i].thread, NULL, worker_main, &pool->workers[i]);
    if (rc) {
      gradus_pool_destroy(pool);
      return gradus_fail(error, "thread %d of %d could not be started: %s", i + 1, count, strerror(rc));
    }
    pool->count = i + 1;
  }
  if (pool->bound)
    bind_to(pool, 0);
  *out = pool;
  return 0;
}

void gradus_pool_destroy(gradus_pool_t *pool) {
  if (!pool)
    return;
  atomic_store(&pool->stop, true);
  wake(pool);
  for (int i = 1; i < pool->count; ++i)
    pthread_join(pool->workers[i].thread, NULL);
  gradus_pool_unbind(pool);
  free(pool->workers);
  free(pool);
}

int gradus_pool_size(const gradus_pool_t *pool) { return pool->count; }

void gradus_pool_run(gradus_pool_t *pool, gradus_work_t work, void *context) {
  if (pool->count > 1) {
    pool->work = work;
    pool->context = context;
    atomic_store_explicit(&pool->pending, pool->count - 1, memory_order_relaxed);
    wake(pool);
  }
  work(context, 0, pool->count);
  for (int i = 0; atomic_load_explicit(&pool->pending, memory_order_acquire); ++i) {
    if (i < kSpins)
      relax();
    else
      sched_yield(); // more threads than processors
  }
}

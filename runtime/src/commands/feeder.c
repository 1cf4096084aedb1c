//===- feeder.c - Batches of a training run, one ahead --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "commands/feeder.h"
#include "base/memory.h"
#include "base/random.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { kBuffers = 2 };

struct gradus_feeder_t {
  gradus_feed_t feed;
  uint32_t *order;      ///< of the samples, if shuffled
  uint64_t order_epoch; ///< 1 + the epoch that this order is of
  void **buffers[kBuffers];
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  uint64_t ready, used; ///< batches filled, batches given back
  bool stop, started;
};

static void fill_batch(gradus_feeder_t *f, uint64_t step) {
  const gradus_feed_t *feed = &f->feed;
  uint64_t batch = (uint64_t)feed->entry->batch;
  uint64_t epoch = step / feed->per_epoch, first = step % feed->per_epoch * batch;
  if (feed->shuffle && f->order_epoch != epoch + 1) {
    gradus_shuffle(f->order, feed->data->samples, feed->seed, epoch);
    f->order_epoch = epoch + 1;
  }
  gradus_data_fill(feed->data, feed->entry, feed->shuffle ? f->order + first : NULL, first, batch,
                   f->buffers[step % kBuffers]);
}

/// Waits until a buffer is free; false if there is nothing more to fill.
static bool wait_for_room(gradus_feeder_t *f) {
  pthread_mutex_lock(&f->mutex);
  while (!f->stop && f->ready - f->used == kBuffers)
    pthread_cond_wait(&f->changed, &f->mutex);
  bool stop = f->stop;
  pthread_mutex_unlock(&f->mutex);
  return !stop;
}

static void *feeder_main(void *argument) {
  gradus_feeder_t *f = argument;
  gradus_pool_unbind(f->feed.pool);
  for (uint64_t step = f->feed.first; step < f->feed.end && wait_for_room(f); ++step) {
    fill_batch(f, step);
    pthread_mutex_lock(&f->mutex);
    ++f->ready;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->mutex);
  }
  return NULL;
}

void **gradus_feeder_next(gradus_feeder_t *f, uint64_t step) {
  pthread_mutex_lock(&f->mutex);
  while (f->ready == f->used)
    pthread_cond_wait(&f->changed, &f->mutex);
  pthread_mutex_unlock(&f->mutex);
  return f->buffers[step % kBuffers];
}

void gradus_feeder_release(gradus_feeder_t *f) {
  pthread_mutex_lock(&f->mutex);
  ++f->used;
  pthread_cond_signal(&f->changed);
  pthread_mutex_unlock(&f->mutex);
}

void gradus_feeder_stop(gradus_feeder_t *f) {
  if (!f)
    return;
  if (f->started) {
    pthread_mutex_lock(&f->mutex);
    f->stop = true;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->mutex);
    pthread_join(f->thread, NULL);
  }
  for (int i = 0; i < kBuffers; ++i)
    gradus_free_inputs(f->feed.entry, f->buffers[i]);
  free(f->order);
  free(f);
}

static int start(gradus_feeder_t *f, gradus_error_t *error) {
  for (int i = 0; i < kBuffers; ++i)
    if (gradus_alloc_inputs(f->feed.entry, &f->buffers[i], error))
      return -1;
  if (f->feed.shuffle) {
    f->order = malloc(f->feed.data->samples * sizeof *f->order);
    if (!f->order)
      return gradus_fail_memory(error);
  }
  int rc = pthread_create(&f->thread, NULL, feeder_main, f);
  if (rc)
    return gradus_fail(error, "a thread for reading data could not be started: %s", strerror(rc));
  f->started = true;
  return 0;
}

int gradus_feeder_start(const gradus_feed_t *feed, gradus_feeder_t **out, gradus_error_t *error) {
  *out = NULL;
  gradus_feeder_t *f = calloc(1, sizeof *f);
  if (!f)
    return gradus_fail_memory(error);
  f->feed = *feed;
  pthread_mutex_init(&f->mutex, NULL);
  pthread_cond_init(&f->changed, NULL);
  if (start(f, error)) {
    gradus_feeder_stop(f);
    return -1;
  }
  *out = f;
  return 0;
}

//===- feeder.h - Batches of a training run, one ahead --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMMANDS_FEEDER_H
#define GRADUS_COMMANDS_FEEDER_H

#include "data/dataset.h"
#include "devices/host/threads.h"

/// What a feeder feeds. Nothing in here is owned; all of it outlives the feeder.
typedef struct {
  const gradus_data_t *data;
  const gradus_entry_t *entry;
  const gradus_pool_t *pool; ///< which has bound the calling thread, maybe
  uint64_t seed;             ///< of the order
  bool shuffle;              ///< a new order in every epoch
  uint64_t per_epoch;        ///< steps
  uint64_t first, end;       ///< the steps to feed: [first, end)
} gradus_feed_t;

/// A thread that fills one batch while another is trained on.
typedef struct gradus_feeder_t gradus_feeder_t;

/// Starts a feeder. The caller stops `*out`; on failure it is null.
int gradus_feeder_start(const gradus_feed_t *feed, gradus_feeder_t **out, gradus_error_t *error);

/// Waits for the batch of `step`; steps are asked for in order. The samples depend on
/// seed and step only, so that a resumed run sees what the uninterrupted one would
/// have seen. Belongs to the feeder; give it back with gradus_feeder_release.
void **gradus_feeder_next(gradus_feeder_t *feeder, uint64_t step);

/// Gives the last batch back, to be filled anew.
void gradus_feeder_release(gradus_feeder_t *feeder);

/// Stops the thread and frees everything; null is allowed.
void gradus_feeder_stop(gradus_feeder_t *feeder);

#endif

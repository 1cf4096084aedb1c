//===- dataset.h - Samples for an entry point's inputs --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_DATASET_H
#define GRADUS_DATA_DATASET_H

#include "data/source.h"

/// A dataset bound to an entry's inputs: sources[i] feeds input i.
typedef struct {
  gradus_source_t *sources;
  uint64_t source_count;
  uint64_t samples; ///< rows of each source
} gradus_data_t;

/// Opens the files in `folder` that the recipe's `dataset` names for the inputs of
/// `entry`, and checks them: formats, shapes, values, equal numbers of samples. The caller
/// closes `*out`; on failure there is nothing to close.
int gradus_data_open(const gradus_dataset_t *dataset, const gradus_entry_t *entry, const char *folder,
                     gradus_data_t *out, gradus_error_t *error);

/// Frees a dataset; allowed on zeros and twice.
void gradus_data_close(gradus_data_t *data);

/// Fails unless `entry` can run `samples` in batches: rows that only fill up the last one
/// must not take part in what others compute, so where samples are mixed it must be full.
int gradus_data_check_batches(const gradus_entry_t *entry, uint64_t samples, gradus_error_t *error);

/// Converts `count` samples, at most a batch, into the entry's input buffers: the
/// numbers order[0…], or without `order` those from `first` on. What is left of the
/// batch behind them is zeroed.
void gradus_data_fill(const gradus_data_t *data, const gradus_entry_t *entry, const uint32_t *order, uint64_t first,
                      uint64_t count, void *const *buffers);

#endif

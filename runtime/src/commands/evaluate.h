//===- evaluate.h - Metrics over a dataset --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMMANDS_EVALUATE_H
#define GRADUS_COMMANDS_EVALUATE_H

#include "data/dataset.h"
#include "session/session.h"

/// The most outputs that an eval entry may have.
enum { GRADUS_MAX_METRICS = 64 };

/// The metrics of a model over a dataset, in the order of the recipe.
typedef struct {
  uint64_t count;
  const char *names[GRADUS_MAX_METRICS]; ///< of the model
  double values[GRADUS_MAX_METRICS];
} gradus_metrics_t;

/// Runs the model's `eval` entry, which must exist and have at most
/// GRADUS_MAX_METRICS outputs, over all samples. A metric is the mean of an output
/// over the samples, or, if the next output holds its weights, the sum divided by that
/// of the weights; NaN if no sample has weight.
int gradus_evaluate(gradus_session_t *session, const gradus_data_t *data, gradus_metrics_t *out, gradus_error_t *error);

#endif

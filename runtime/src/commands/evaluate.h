//===- evaluate.h - Metrics over a dataset --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMMANDS_EVALUATE_H
#define GRADUS_COMMANDS_EVALUATE_H

#include "data/dataset.h"
#include "session/session.h"

/// The most metrics that an eval entry may have.
enum { GRADUS_MAX_METRICS = 64 };

/// Runs the model's `eval` entry, which must exist and have at most
/// GRADUS_MAX_METRICS outputs, over all samples. `out` gets the mean of each output
/// over the samples, in the order of the table.
int gradus_evaluate(gradus_session_t *session, const gradus_data_t *data, double *out, gradus_error_t *error);

#endif

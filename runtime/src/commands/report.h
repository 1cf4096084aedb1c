//===- report.h - What people see: errors, progress, numbers --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMMANDS_REPORT_H
#define GRADUS_COMMANDS_REPORT_H

#include "gradus/runtime.h"
#include <stdbool.h>

/// Prints "error: …" on standard error. Returns 1.
int gradus_report_error(const gradus_error_t *error);

/// A line on standard error that is repainted on a terminal, or plain lines
/// elsewhere.
typedef struct {
  bool terminal, quiet;
  double start, last_paint; ///< in seconds
  uint64_t first_step;      ///< steps done before the run
  double sum;               ///< of the losses since the epoch began
  uint64_t count;           ///< of them
} gradus_progress_t;

/// Begins after `step` steps; paints nothing if `quiet`.
void gradus_progress_begin(gradus_progress_t *progress, uint64_t step, bool quiet);

/// Called after every step, `step` of `steps`, with its loss; paints when it is time
/// to. The loss shown is the mean since the epoch began.
void gradus_progress_step(gradus_progress_t *progress, uint64_t step, uint64_t steps, uint64_t steps_per_epoch,
                          int64_t batch, double loss);

/// Wipes a line that is still there.
void gradus_progress_end(gradus_progress_t *progress);

/// Writes a number of bytes as "1.5 MiB" into `out`, and returns it.
const char *gradus_human_bytes(double bytes, char out[32]);

/// Writes a count as "1.5M" into `out`, and returns it.
const char *gradus_human_count(double count, char out[32]);

#endif

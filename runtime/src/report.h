/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.h - What people see: progress, plots, tables. */
#ifndef GRADUS_REPORT_H
#define GRADUS_REPORT_H

#include "base.h"

/** A line that is repainted on a terminal, or plain lines elsewhere. */
typedef struct {
  bool terminal, quiet;
  double start, last_paint;
  uint64_t first_step;
  double sum; /* of the losses since the epoch began */
  uint64_t count;
} gradus_progress_t;
void gradus_progress_begin(gradus_progress_t *p, uint64_t step, bool quiet);
/** Called after every step; paints when it is time to. The loss shown is the
 * mean since the epoch began. */
void gradus_progress_step(gradus_progress_t *p, uint64_t step, uint64_t steps, uint64_t steps_per_epoch, int64_t batch,
                          double loss);
void gradus_progress_end(gradus_progress_t *p);

/** Writes a line plot of |count| losses as SVG, thinned to what can be seen. */
int gradus_plot_svg(const char *path, const char *title, const float *loss, uint64_t count, gradus_error_t *error);

/** Bytes in units that people read; |out| has at least 32 characters. */
const char *gradus_human_bytes(double bytes, char *out);
const char *gradus_human_count(double n, char *out);

#endif

//===- plot.h - The loss as a picture -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMMANDS_PLOT_H
#define GRADUS_COMMANDS_PLOT_H

#include "gradus/runtime.h"

/// Writes a line plot of `count` losses (at least 1), a step each, as SVG, thinned to
/// what can be seen. Complete or not at all.
int gradus_plot_svg(const char *path, const char *title, const float *losses, uint64_t count, gradus_error_t *error);

#endif

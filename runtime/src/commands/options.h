//===- options.h - The options of a compiled program ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMMANDS_OPTIONS_H
#define GRADUS_COMMANDS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/// How often --input or --output may be given.
enum { GRADUS_MAX_BINDINGS = 64 };

/// NAME=VALUE arguments, in order; they belong to argv.
typedef struct {
  const char *texts[GRADUS_MAX_BINDINGS];
  int count;
} gradus_bindings_t;

/// Everything the command line can say; commands use what concerns them. Texts
/// belong to argv and are null where not given; numbers are then 0.
typedef struct {
  const char *data, *weights, *weights_out, *checkpoint_dir, *resume_path, *metrics, *plot;
  gradus_bindings_t inputs, outputs;
  int64_t epochs, steps, checkpoint_every, keep, log_every;
  int64_t threads; ///< all processors where not given
  uint64_t seed;
  bool has_seed, json, quiet, no_shuffle, resume, trace_nan, kernels;
} gradus_options_t;

/// What gradus_parse_options found.
typedef enum { GRADUS_PARSED, GRADUS_PARSED_HELP, GRADUS_PARSED_ERROR } gradus_parsed_t;

/// Reads the options, which follow program and command, into `*out`. Prints what is
/// wrong on standard error.
gradus_parsed_t gradus_parse_options(int argc, char **argv, gradus_options_t *out);

/// Prints the list of options.
void gradus_print_options(FILE *out);

/// Prints "error: MESSAGE WHAT" and how to get help; `what` may be null. Returns 2.
int gradus_usage_error(const char *program, const char *message, const char *what);

/// The value of NAME=VALUE among `bindings`, or null. Belongs to argv.
const char *gradus_binding(const gradus_bindings_t *bindings, const char *name);

#endif

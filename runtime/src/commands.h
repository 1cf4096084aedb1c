/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* commands.h - The commands of a compiled program. */
#ifndef GRADUS_COMMANDS_H
#define GRADUS_COMMANDS_H

#include "session.h"

/** Everything the command line can say; commands use what concerns them. */
typedef struct {
  const char *data, *weights, *weights_out, *checkpoint_dir, *resume, *metrics, *plot;
  const char *inputs[64], *outputs[64];
  int input_count, output_count;
  int64_t epochs, steps, checkpoint_every, keep, log_every, max_steps_bench;
  int threads;
  uint64_t seed;
  bool has_seed, json, quiet, no_shuffle, do_resume, trace_nan, kernels;
} gradus_options_t;

/* Each returns an exit code: 0, 1 (error in the input), 130 (interrupted). */
int gradus_command_train(const gradus_model_t *model, const gradus_options_t *options);
int gradus_command_eval(const gradus_model_t *model, const gradus_options_t *options);
int gradus_command_predict(const gradus_model_t *model, const gradus_options_t *options);
int gradus_command_bench(const gradus_model_t *model, const gradus_options_t *options);
int gradus_command_info(const gradus_model_t *model, const gradus_options_t *options);

/** Prints "error: …" and returns 1. */
int gradus_report_error(const gradus_error_t *error);
/** Allocates an entry's input buffers; freed with gradus_free_inputs. */
int gradus_alloc_inputs(const gradus_entry_t *entry, void ***out, gradus_error_t *error);
void gradus_free_inputs(const gradus_entry_t *entry, void **inputs);

#endif

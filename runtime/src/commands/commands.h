//===- commands.h - The commands of a compiled program --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each returns an exit code: 0, 1 after printing an error in the input, or 130 if
// interrupted.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMMANDS_COMMANDS_H
#define GRADUS_COMMANDS_COMMANDS_H

#include "commands/options.h"
#include "gradus/runtime.h"

/// Trains by the recipe in the model.
int gradus_command_train(const gradus_model_t *model, const gradus_options_t *options);
/// Prints the metrics on the recipe's validation data.
int gradus_command_eval(const gradus_model_t *model, const gradus_options_t *options);
/// Prints the outputs for given inputs, or writes them to files.
int gradus_command_predict(const gradus_model_t *model, const gradus_options_t *options);
/// Prints the time that a step takes, on data in memory.
int gradus_command_bench(const gradus_model_t *model, const gradus_options_t *options);
/// Prints parameters, shapes, memory and facts of the build.
int gradus_command_info(const gradus_model_t *model, const gradus_options_t *options);

#endif

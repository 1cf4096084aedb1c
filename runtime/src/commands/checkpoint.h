//===- checkpoint.h - Training state in a folder --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A checkpoint is a safetensors file of parameters and optimizer state, called
// step-NNNNNNNNNN.safetensors, with the step, the seed and the recipe's hash in its
// metadata.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMMANDS_CHECKPOINT_H
#define GRADUS_COMMANDS_CHECKPOINT_H

#include "session/session.h"

/// Makes a folder and those it is in, where they are missing.
int gradus_make_folder(const char *folder, gradus_error_t *error);

/// How many checkpoints a folder holds; 0 if it cannot be read.
int gradus_checkpoint_count(const char *folder);

/// Writes the session's state into `folder`, then removes all but the newest `keep`
/// checkpoints there.
int gradus_checkpoint_save(gradus_session_t *session, const char *folder, int64_t keep, gradus_error_t *error);

/// Loads `path`: a checkpoint, or the newest one that is whole of a folder, where one
/// that is not is told of on standard error and passed over. A folder without any
/// leaves the session as it is, so that the same command can be repeated. Sets
/// `*out_loaded` if there was one.
int gradus_checkpoint_load(gradus_session_t *session, const char *path, bool *out_loaded, gradus_error_t *error);

#endif

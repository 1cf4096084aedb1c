//===- model.h - Facts about a model's table ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_MODEL_H
#define GRADUS_BASE_MODEL_H

#include "base/error.h"
#include <stdbool.h>

/// Fails unless `model` is a table of this version.
int gradus_model_check(const gradus_model_t *model, gradus_error_t *error);

/// The name of an entry point, such as "train"; "?" if there is none of this number.
const char *gradus_entry_name(int entry);

/// Bytes of the arena that all entry points share.
uint64_t gradus_model_arena_bytes(const gradus_model_t *model);

/// False for a model with tensors of f64: who asks for those wants small numbers. In
/// f32, numbers below the normal range are noise, and a hundred times slower.
bool gradus_model_flushes_denormals(const gradus_model_t *model);

/// Bytes of scratch that a thread needs, a multiple of 64.
uint64_t gradus_model_scratch_bytes(const gradus_model_t *model);

#endif

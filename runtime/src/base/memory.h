//===- memory.h - Aligned memory and checked sizes ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_MEMORY_H
#define GRADUS_BASE_MEMORY_H

#include "base/error.h"
#include <stdbool.h>

/// `bytes` bytes of zeros (at least one) on a 64-byte boundary, or null with a
/// message. The caller frees them with free().
void *gradus_alloc(uint64_t bytes, gradus_error_t *error);

/// Sets `*out` to a * b; false on overflow or if the product exceeds 2^46, more
/// than any size in bytes that makes sense.
bool gradus_mul(uint64_t a, uint64_t b, uint64_t *out);

/// An address for each input of an entry point, of zeroed memory of its size, for
/// gradus_session_run. The caller frees `*out` with gradus_free_inputs; it is null
/// on failure.
int gradus_alloc_inputs(const gradus_entry_t *entry, void ***out, gradus_error_t *error);

/// Frees what gradus_alloc_inputs made for the same entry; null is allowed.
void gradus_free_inputs(const gradus_entry_t *entry, void **inputs);

#endif

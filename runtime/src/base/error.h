//===- error.h - Messages of what went wrong ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_ERROR_H
#define GRADUS_BASE_ERROR_H

#include "gradus/runtime.h"

/// Writes a message, cut to the room there is, into `error` unless that is null.
/// Returns -1, so that callers can `return gradus_fail(…)`.
int gradus_fail(gradus_error_t *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Fails with "out of memory".
int gradus_fail_memory(gradus_error_t *error);

#endif

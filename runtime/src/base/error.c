//===- error.c - Messages of what went wrong ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>

int gradus_fail(gradus_error_t *error, const char *format, ...) {
  if (!error)
    return -1;
  va_list args;
  va_start(args, format);
  vsnprintf(error->text, sizeof error->text, format, args);
  va_end(args);
  return -1;
}

int gradus_fail_memory(gradus_error_t *error) { return gradus_fail(error, "out of memory"); }

//===- value.c - What an input takes --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "data/value.h"
#include "base/tensor.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_integer_type(uint64_t dtype) { return dtype == GRADUS_I32 || dtype == GRADUS_I64; }

/// Writes "VALUE why", with as few digits as tell the value from its neighbours.
static int refuse(char *reason, double value, const char *why) {
  char digits[32];
  for (int precision = 6; precision <= 17; ++precision) {
    snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (strtod(digits, NULL) == value)
      break;
  }
  snprintf(reason, GRADUS_REASON_BYTES, "%s %s", digits, why);
  return -1;
}

int gradus_value_check(const gradus_tensor_t *input, double value, double scale, char *reason) {
  static const double kExact = 9007199254740992.0;
  if (!is_integer_type(input->dtype)) {
    if (input->dtype == GRADUS_F32 && isfinite(value) && !isfinite((float)value * (float)scale))
      return refuse(reason, value, "is beyond the range of f32");
    return 0;
  }
  value *= scale;
  if (value != floor(value)) // also NaN
    return refuse(reason, value, "is not an integer");
  if (input->indices && !(value >= 0 && value < (double)input->indices)) {
    char why[128];
    snprintf(why, sizeof why, "is out of range: the model takes integers from 0 to %lld here",
             (long long)input->indices - 1);
    return refuse(reason, value, why);
  }
  if (input->dtype == GRADUS_I32 && !(value >= INT32_MIN && value <= INT32_MAX))
    return refuse(reason, value, "is beyond the range of i32");
  if (!(fabs(value) <= kExact))
    return refuse(reason, value, "is beyond 2^53, where doubles skip integers");
  return 0;
}

/// Whether every value of the source's type is one that `input` takes.
static bool takes_all(const gradus_source_t *source, const gradus_tensor_t *input) {
  bool small = source->kind == GRADUS_SOURCE_U8 || source->kind == GRADUS_SOURCE_I8;
  bool integers = small || source->kind == GRADUS_SOURCE_I32 || source->kind == GRADUS_SOURCE_I64;
  if (input->dtype == GRADUS_F64)
    return true;
  if (input->dtype == GRADUS_F32) // no scale that a recipe is likely to have takes bytes beyond f32
    return (small && fabs(source->scale) < FLT_MAX / 256) || (source->scale == 1 && source->kind != GRADUS_SOURCE_F64);
  if (source->scale != 1 || !integers || input->indices)
    return false;
  return input->dtype == GRADUS_I64 || source->kind != GRADUS_SOURCE_I64;
}

int gradus_source_check(const char *name, const gradus_source_t *source, const gradus_tensor_t *input,
                        gradus_error_t *error) {
  char reason[GRADUS_REASON_BYTES];
  if (takes_all(source, input))
    return 0;
  for (uint64_t row = 0; row < source->count; ++row)
    for (uint64_t i = 0; i < source->elements; ++i)
      if (gradus_value_check(input, gradus_source_element(source, row, i), source->scale, reason))
        return gradus_fail(error, "%s: sample %llu: %s", name, (unsigned long long)row, reason);
  return 0;
}

//===- source.c - Rows of numbers in memory -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "data/source.h"
#include <stdlib.h>
#include <string.h>

uint64_t gradus_source_bytes(int kind) {
  static const uint8_t kBytes[] = {1, 1, 4, 8, 4, 8};
  return kBytes[kind];
}

void gradus_source_close(gradus_source_t *source) {
  gradus_file_close(&source->file);
  free(source->owned);
  memset(source, 0, sizeof *source);
}

static double element(const gradus_source_t *source, const uint8_t *bytes) {
  uint8_t turned[8];
  uint64_t size = gradus_source_bytes(source->kind);
  if (source->swapped) {
    for (uint64_t i = 0; i < size; ++i)
      turned[i] = bytes[size - 1 - i];
    bytes = turned;
  }
  union {
    int8_t i8;
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
  } value;
  memcpy(&value, bytes, size);
  switch (source->kind) {
  case GRADUS_SOURCE_U8:
    return *bytes;
  case GRADUS_SOURCE_I8:
    return value.i8;
  case GRADUS_SOURCE_I32:
    return value.i32;
  case GRADUS_SOURCE_I64:
    return (double)value.i64;
  case GRADUS_SOURCE_F32:
    return value.f32;
  default:
    return value.f64;
  }
}

/// 0 for NaN and for what no int64_t comes near.
static int64_t to_integer(double value) { return value >= -9.2e18 && value <= 9.2e18 ? (int64_t)value : 0; }

static int32_t to_int32(double value) {
  int64_t wide = to_integer(value);
  if (wide > INT32_MAX)
    return INT32_MAX;
  return wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

void gradus_source_row(const gradus_source_t *source, uint64_t index, uint64_t dtype, void *out) {
  const uint8_t *row = source->rows + index * source->row_bytes;
  uint64_t count = source->elements, size = gradus_source_bytes(source->kind);
  float scale = (float)source->scale;
  if (dtype == GRADUS_F32 && source->kind == GRADUS_SOURCE_U8) { // images: the common case, vectorized
    for (uint64_t i = 0; i < count; ++i)
      ((float *)out)[i] = row[i] * scale;
    return;
  }
  if (dtype == GRADUS_F32 && source->kind == GRADUS_SOURCE_F32 && !source->swapped && source->scale == 1) {
    memcpy(out, row, count * sizeof(float));
    return;
  }
  for (uint64_t i = 0; i < count; ++i) {
    double value = element(source, row + i * size);
    switch (dtype) {
    case GRADUS_F32:
      ((float *)out)[i] = (float)value * scale;
      break;
    case GRADUS_F64:
      ((double *)out)[i] = value * source->scale;
      break;
    case GRADUS_I32:
      ((int32_t *)out)[i] = to_int32(value * source->scale);
      break;
    default:
      ((int64_t *)out)[i] = to_integer(value * source->scale);
    }
  }
}

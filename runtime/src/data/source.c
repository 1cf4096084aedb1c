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

double gradus_source_element(const gradus_source_t *source, uint64_t row, uint64_t index) {
  uint64_t size = gradus_source_bytes(source->kind);
  const uint8_t *bytes = source->rows + row * source->row_bytes + index * size;
  uint8_t turned[8];
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

void gradus_source_row(const gradus_source_t *source, uint64_t index, uint64_t dtype, void *out) {
  const uint8_t *row = source->rows + index * source->row_bytes;
  uint64_t count = source->elements;
  float scale = (float)source->scale;
  if (dtype == GRADUS_F32 && source->kind == GRADUS_SOURCE_U8) { // images: the common case, vectorized
    for (uint64_t i = 0; i < count; ++i)
      ((float *)out)[i] = row[i] * scale;
    return;
  }
  bool same = (dtype == GRADUS_F32 && source->kind == GRADUS_SOURCE_F32) ||
              (dtype == GRADUS_I64 && source->kind == GRADUS_SOURCE_I64);
  if (same && !source->swapped && source->scale == 1) { // also: i64 beyond 2^53 stays exact
    memcpy(out, row, count * gradus_source_bytes(source->kind));
    return;
  }
  for (uint64_t i = 0; i < count; ++i) {
    double value = gradus_source_element(source, index, i);
    switch (dtype) {
    case GRADUS_F32:
      ((float *)out)[i] = (float)value * scale;
      break;
    case GRADUS_F64:
      ((double *)out)[i] = value * source->scale;
      break;
    case GRADUS_I32:
      ((int32_t *)out)[i] = (int32_t)(value * source->scale);
      break;
    default:
      ((int64_t *)out)[i] = (int64_t)(value * source->scale);
    }
  }
}

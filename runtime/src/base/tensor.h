//===- tensor.h - Element types and sizes of tensors ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_TENSOR_H
#define GRADUS_BASE_TENSOR_H

#include "gradus/model_abi.h"
#include <stdbool.h>
#include <stddef.h>

/// What the runtime knows of an element type; from GRADUS_DTYPES.
typedef struct {
  uint64_t bytes;          ///< of one element
  const char *safetensors; ///< its name in safetensors files, such as "F32"
  const char *npy;         ///< its name in .npy files, such as "<f4"
  const char *text;        ///< its name in models and messages, such as "f32"
} gradus_dtype_t;

/// How many element types there are; they are numbered from 0.
enum {
#define GRADUS_COUNT(suffix, number, type, safetensors, npy, text) +1
  GRADUS_DTYPE_COUNT = GRADUS_DTYPES(GRADUS_COUNT)
#undef GRADUS_COUNT
};

/// The facts about element type `dtype` (below GRADUS_DTYPE_COUNT). Not owned.
const gradus_dtype_t *gradus_dtype(uint64_t dtype);

/// Element `i` of `data` as a number; an i64 beyond 2^53 is rounded.
double gradus_load(uint64_t dtype, const void *data, uint64_t i);

/// Sets element `i` of `data`: rounded to f32, or cut to an integer, which must
/// be within the type's range.
void gradus_store(uint64_t dtype, void *data, uint64_t i, double value);

/// The product of all sizes; 1 for a scalar.
uint64_t gradus_elements(const gradus_tensor_t *tensor);

/// Elements of one sample: the product of all sizes but the first.
uint64_t gradus_sample_elements(const gradus_tensor_t *tensor);

/// Writes "f32[2,3]" into `out` of `room` bytes, cut if it does not fit.
void gradus_type_text(char *out, size_t room, uint64_t dtype, const int64_t *shape, uint64_t rank);

#endif

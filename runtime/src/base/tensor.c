//===- tensor.c - Element types and sizes of tensors ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/tensor.h"
#include <stdio.h>

const gradus_dtype_t *gradus_dtype(uint64_t dtype) {
  static const gradus_dtype_t kTypes[] = {
#define GRADUS_TYPE(suffix, number, type, safetensors, npy, text) [number] = {sizeof(type), safetensors, npy, text},
      GRADUS_DTYPES(GRADUS_TYPE)
#undef GRADUS_TYPE
  };
  return &kTypes[dtype];
}

double gradus_load(uint64_t dtype, const void *data, uint64_t i) {
  switch (dtype) {
#define GRADUS_LOAD(suffix, number, type, safetensors, npy, text)                                                      \
  case number:                                                                                                         \
    return (double)((const type *)data)[i];
    GRADUS_DTYPES(GRADUS_LOAD)
#undef GRADUS_LOAD
  }
  return 0;
}

void gradus_store(uint64_t dtype, void *data, uint64_t i, double value) {
  switch (dtype) {
#define GRADUS_STORE(suffix, number, type, safetensors, npy, text)                                                     \
  case number:                                                                                                         \
    ((type *)data)[i] = (type)value;                                                                                   \
    break;
    GRADUS_DTYPES(GRADUS_STORE)
#undef GRADUS_STORE
  }
}

uint64_t gradus_elements(const gradus_tensor_t *tensor) {
  uint64_t count = 1;
  for (uint64_t i = 0; i < tensor->rank; ++i)
    count *= (uint64_t)tensor->shape[i];
  return count;
}

uint64_t gradus_sample_elements(const gradus_tensor_t *tensor) {
  return tensor->rank ? gradus_elements(tensor) / (uint64_t)tensor->shape[0] : 1;
}

void gradus_type_text(char *out, size_t room, uint64_t dtype, const int64_t *shape, uint64_t rank) {
  size_t used = (size_t)snprintf(out, room, "%s[", gradus_dtype(dtype)->text);
  for (uint64_t i = 0; i < rank && used < room; ++i)
    used += (size_t)snprintf(out + used, room - used, "%s%lld", i ? "," : "", (long long)shape[i]);
  if (used < room)
    snprintf(out + used, room - used, "]");
}

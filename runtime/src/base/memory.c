//===- memory.c - Aligned memory and checked sizes ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/// No input needs more; a lying header must not take the machine's memory.
static const uint64_t kMaxBytes = (uint64_t)1 << 46;

void *gradus_alloc(uint64_t bytes, gradus_error_t *error) {
  void *memory = NULL;
  if (bytes > kMaxBytes || posix_memalign(&memory, 64, bytes ? (bytes + 63) / 64 * 64 : 64)) {
    gradus_fail(error, "out of memory: %.1f MiB could not be allocated; a smaller batch needs less", bytes / 1048576.0);
    return NULL;
  }
  memset(memory, 0, bytes);
  return memory;
}

bool gradus_mul(uint64_t a, uint64_t b, uint64_t *out) {
  return !__builtin_mul_overflow(a, b, out) && *out <= kMaxBytes;
}

int gradus_alloc_inputs(const gradus_entry_t *entry, void ***out, gradus_error_t *error) {
  *out = NULL;
  void **inputs = calloc(entry->input_count + 1, sizeof *inputs);
  if (!inputs)
    return gradus_fail_memory(error);
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    inputs[i] = gradus_alloc(entry->inputs[i].bytes, error);
    if (!inputs[i]) {
      gradus_free_inputs(entry, inputs);
      return -1;
    }
  }
  *out = inputs;
  return 0;
}

void gradus_free_inputs(const gradus_entry_t *entry, void **inputs) {
  for (uint64_t i = 0; inputs && i < entry->input_count; ++i)
    free(inputs[i]);
  free(inputs);
}

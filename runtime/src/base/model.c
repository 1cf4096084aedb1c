//===- model.c - Facts about a model's table ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/model.h"

int gradus_model_check(const gradus_model_t *model, gradus_error_t *error) {
  if (model && model->magic == GRADUS_ABI_MAGIC && model->abi_version == GRADUS_ABI_VERSION &&
      model->struct_bytes == sizeof *model)
    return 0;
  return gradus_fail(error, "the model was compiled for another version of the runtime; compile it again");
}

const char *gradus_entry_name(int entry) {
  switch (entry) {
#define GRADUS_NAME(suffix, index, text)                                                                               \
  case index:                                                                                                          \
    return text;
    GRADUS_ENTRIES(GRADUS_NAME)
#undef GRADUS_NAME
  }
  return "?";
}

static bool has_f64(const gradus_tensor_t *tensors, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i)
    if (tensors[i].dtype == GRADUS_F64)
      return true;
  return false;
}

bool gradus_model_flushes_denormals(const gradus_model_t *model) {
  // Learning rates are f64 in every model; they are outputs of the train entry only.
  for (uint64_t v = 0; v < model->variable_count; ++v)
    if (has_f64(&model->variables[v].tensor, 1))
      return false;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const gradus_entry_t *entry = model->entries[e];
    if (entry && (has_f64(entry->inputs, entry->input_count) ||
                  (e != GRADUS_ENTRY_TRAIN && has_f64(entry->outputs, entry->output_count))))
      return false;
  }
  return true;
}

uint64_t gradus_model_arena_bytes(const gradus_model_t *model) {
  uint64_t bytes = 0;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    if (model->entries[e] && model->entries[e]->arena_bytes > bytes)
      bytes = model->entries[e]->arena_bytes;
  return bytes;
}

uint64_t gradus_model_scratch_bytes(const gradus_model_t *model) {
  uint64_t bytes = 0;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    for (uint64_t l = 0; model->entries[e] && l < model->entries[e]->launch_count; ++l) {
      uint64_t needed = model->entries[e]->launches[l].kernel->scratch_bytes;
      bytes = needed > bytes ? needed : bytes;
    }
  return (bytes + 63) / 64 * 64;
}

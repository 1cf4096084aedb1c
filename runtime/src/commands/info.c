//===- info.c - Facts about a compiled model ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/model.h"
#include "base/tensor.h"
#include "commands/commands.h"
#include "commands/report.h"
#include <inttypes.h>

/// Prints the parameters; returns how many numbers they hold.
static uint64_t print_parameters(const gradus_model_t *model) {
  uint64_t total = 0;
  for (uint64_t i = 0; i < model->variable_count; ++i) {
    const gradus_variable_t *variable = &model->variables[i];
    const gradus_tensor_t *tensor = &variable->tensor;
    if (variable->flags & GRADUS_VARIABLE_STATE)
      continue;
    char type[256];
    gradus_type_text(type, sizeof type, tensor->dtype, tensor->shape, tensor->rank);
    printf("  parameter %-24s %s%s\n", tensor->name, type, variable->flags & GRADUS_VARIABLE_FROZEN ? " frozen" : "");
    total += gradus_elements(tensor);
  }
  return total;
}

static void print_entry(int e, const gradus_entry_t *entry) {
  char flops_text[32], arena_text[32];
  uint64_t flops = 0;
  for (uint64_t l = 0; l < entry->launch_count; ++l)
    flops += entry->launches[l].kernel->flops;
  printf("%s: batch %" PRId64 ", %" PRIu64 " kernels, %s FLOPs, arena %s\n", gradus_entry_name(e), entry->batch,
         entry->launch_count, gradus_human_count((double)flops, flops_text),
         gradus_human_bytes((double)entry->arena_bytes, arena_text));
}

int gradus_command_info(const gradus_model_t *model, const gradus_options_t *options) {
  char text[32];
  (void)options;
  printf("model %s, compiled by %s for %s\n", model->name, model->compiler, model->target);
  uint64_t parameters = print_parameters(model);
  printf("%" PRIu64 " parameters; variables with optimizer state %s\n", parameters,
         gradus_human_bytes((double)model->variables_bytes, text));
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    if (model->entries[e])
      print_entry(e, model->entries[e]);
  return 0;
}

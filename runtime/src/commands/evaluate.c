//===- evaluate.c - Metrics over a dataset --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "commands/evaluate.h"
#include "base/memory.h"
#include "base/tensor.h"
#include <string.h>

/// Adds the outputs of `count` samples, which have just been run.
static int add_outputs(gradus_session_t *s, uint64_t count, double *sums, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[GRADUS_ENTRY_EVAL];
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    const void *values = gradus_session_output(s, GRADUS_ENTRY_EVAL, i);
    if (!values)
      return gradus_session_check(s, error);
    for (uint64_t k = 0; k < count; ++k)
      sums[i] += gradus_load(entry->outputs[i].dtype, values, k);
  }
  return 0;
}

/// Whether output `i` holds the weights of the one before it.
static bool is_weight(const gradus_entry_t *entry, uint64_t i) {
  if (i == 0 || i >= entry->output_count)
    return false;
  const char *metric = entry->outputs[i - 1].name, *name = entry->outputs[i].name;
  size_t length = strlen(metric);
  return !strncmp(name, metric, length) && !strcmp(name + length, GRADUS_WEIGHT_SUFFIX);
}

/// Makes metrics of the sums of all outputs.
static void divide(const gradus_entry_t *entry, const double *sums, uint64_t samples, gradus_metrics_t *out) {
  out->count = 0;
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    if (is_weight(entry, i))
      continue;
    out->names[out->count] = entry->outputs[i].name;
    out->values[out->count++] = sums[i] / (is_weight(entry, i + 1) ? sums[i + 1] : (double)samples);
  }
}

int gradus_evaluate(gradus_session_t *s, const gradus_data_t *data, gradus_metrics_t *out, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[GRADUS_ENTRY_EVAL];
  uint64_t batch = (uint64_t)entry->batch;
  double sums[GRADUS_MAX_METRICS] = {0};
  void **inputs;
  if (gradus_data_check_batches(entry, data->samples, error) || gradus_alloc_inputs(entry, &inputs, error))
    return -1;
  int rc = 0;
  for (uint64_t first = 0; !rc && first < data->samples; first += batch) {
    uint64_t left = data->samples - first, count = left < batch ? left : batch;
    gradus_data_fill(data, entry, NULL, first, count, inputs);
    rc = gradus_session_run(s, GRADUS_ENTRY_EVAL, inputs, error);
    if (!rc)
      rc = add_outputs(s, count, sums, error);
  }
  divide(entry, sums, data->samples, out);
  gradus_free_inputs(entry, inputs);
  return rc;
}

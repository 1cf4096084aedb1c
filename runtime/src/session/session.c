//===- session.c - A model's memory, and how it is run --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "session/session.h"
#include "base/memory.h"
#include "base/model.h"
#include "base/random.h"
#include "base/tensor.h"
#include "devices/cuda/cuda.h"
#include "devices/host/host.h"
#include <math.h>
#include <stdlib.h>

/// What generated code expects of the address of an input.
enum { kInputAlignment = 64 };

static int allocate(gradus_session_t *s, int threads, gradus_error_t *error) {
  s->variables = gradus_alloc(s->model->variables_bytes, error);
  if (!s->variables || gradus_pool_create(threads, gradus_model_flushes_denormals(s->model), &s->pool, error))
    return -1;
  if (s->model->ptx)
    return gradus_cuda_create(s->model, &s->device, error);
  return gradus_host_create(s->model, s->pool, s->variables, s->counters, &s->device, error);
}

int gradus_session_create(const gradus_model_t *model, int threads, uint64_t seed, gradus_session_t **out,
                          gradus_error_t *error) {
  *out = NULL;
  if (threads < 1 || threads > 1024)
    return gradus_fail(error, "%d threads: give a number from 1 to 1024", threads);
  if (gradus_model_check(model, error))
    return -1;
  gradus_session_t *s = calloc(1, sizeof *s);
  if (!s)
    return gradus_fail_memory(error);
  s->model = model;
  if (allocate(s, threads, error)) {
    gradus_session_destroy(s);
    return -1;
  }
  gradus_session_reset(s, seed);
  *out = s;
  return 0;
}

void gradus_session_destroy(gradus_session_t *s) {
  if (!s)
    return;
  if (s->device)
    s->device->destroy(s->device);
  gradus_pool_destroy(s->pool);
  free(s->variables);
  free(s);
}

void gradus_session_reset(gradus_session_t *s, uint64_t seed) {
  s->counters[0] = 0;
  s->counters[2] = (int64_t)seed;
  for (uint64_t i = 0; i < s->model->variable_count; ++i)
    gradus_initialize(&s->model->variables[i], seed, gradus_session_variable(s, i));
}

int gradus_session_check(const gradus_session_t *s, gradus_error_t *error) {
  return s->failed ? gradus_fail(error, "%s", s->failure.text) : 0;
}

const char *gradus_session_failure(const gradus_session_t *s) { return s->failed ? s->failure.text : NULL; }

/// Fails unless all of `values` are indices that the model may read with.
static int check_indices(const gradus_tensor_t *input, const void *values, gradus_error_t *error) {
  uint64_t count = gradus_elements(input);
  for (uint64_t i = 0; i < count; ++i) {
    int64_t value = input->dtype == GRADUS_I32 ? ((const int32_t *)values)[i] : ((const int64_t *)values)[i];
    if (value < 0 || value >= input->indices)
      return gradus_fail(error, "input '%s': element %llu is %lld: the model takes integers from 0 to %lld here",
                         input->name, (unsigned long long)i, (long long)value, (long long)input->indices - 1);
  }
  return 0;
}

/// Fails unless `e` is an entry of the model and `inputs` can be its inputs.
static int check_run(const gradus_session_t *s, int e, void *const *inputs, gradus_error_t *error) {
  const gradus_entry_t *entry = e >= 0 && e < GRADUS_ENTRY_COUNT ? s->model->entries[e] : NULL;
  if (!entry)
    return gradus_fail(error, "the model has no entry point %d (%s)", e, gradus_entry_name(e));
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    if (!inputs || !inputs[i])
      return gradus_fail(error, "input '%s' is missing", entry->inputs[i].name);
    if ((uintptr_t)inputs[i] % kInputAlignment)
      return gradus_fail(error, "input '%s' is not on a %d-byte boundary", entry->inputs[i].name, kInputAlignment);
    if (entry->inputs[i].indices && check_indices(&entry->inputs[i], inputs[i], error))
      return -1;
  }
  return gradus_session_check(s, error);
}

/// Notes the outcome of a call of the device.
static void record_device_error(gradus_session_t *s, int rc) { s->failed |= rc != 0; }

int gradus_session_run(gradus_session_t *s, int e, void *const *inputs, gradus_error_t *error) {
  if (check_run(s, e, inputs, error))
    return -1;
  if (s->host_newer)
    record_device_error(s, s->device->upload(s->device, s->variables, &s->failure));
  s->host_newer = false;
  if (!s->failed)
    record_device_error(s, s->device->run(s->device, e, inputs, s->counters, &s->trace, &s->failure));
  if (s->failed)
    return gradus_session_check(s, error);
  s->ran[e] = true;
  if (e == GRADUS_ENTRY_TRAIN) {
    s->device_newer = !s->device->shares_variables;
    ++s->counters[0];
  }
  return 0;
}

const void *gradus_session_result(gradus_session_t *s, int e, uint64_t index, int age) {
  if (e < 0 || e >= GRADUS_ENTRY_COUNT || !s->ran[e] || index >= s->model->entries[e]->output_count || s->failed)
    return NULL;
  const void *result = NULL;
  record_device_error(s, s->device->output(s->device, e, index, age, &result, &s->failure));
  return s->failed ? NULL : result;
}

const void *gradus_session_output(gradus_session_t *s, int e, uint64_t index) {
  return gradus_session_result(s, e, index, 0);
}

double gradus_session_number(gradus_session_t *s, int e, uint64_t index, int age, uint64_t i) {
  const void *result = gradus_session_result(s, e, index, age);
  return result ? gradus_load(s->model->entries[e]->outputs[index].dtype, result, i) : NAN;
}

int gradus_session_lag(const gradus_session_t *s) { return s->device->lag; }

void *gradus_session_variable(gradus_session_t *s, uint64_t index) {
  if (index >= s->model->variable_count)
    return NULL;
  if (!s->device->shares_variables) {
    if (s->device_newer && !s->failed)
      record_device_error(s, s->device->download(s->device, s->variables, &s->failure));
    s->device_newer = false;
    s->host_newer = true;
  }
  return s->variables + s->model->variables[index].offset;
}

int64_t *gradus_session_counters(gradus_session_t *s) { return s->counters; }

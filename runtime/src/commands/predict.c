//===- predict.c - Outputs for given inputs -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/json.h"
#include "base/memory.h"
#include "base/tensor.h"
#include "commands/commands.h"
#include "commands/report.h"
#include "data/dataset.h"
#include "data/npy.h"
#include "data/value.h"
#include "session/session.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Opens a .npy file as an input. The caller closes the source even on failure. Bytes are raw data: scaled as the
/// recipe scales them.
static int open_file(const gradus_model_t *model, const gradus_tensor_t *input, const char *path,
                     gradus_source_t *source, gradus_error_t *error) {
  if (gradus_npy_open(path, source, gradus_sample_elements(input), error))
    return -1;
  for (uint64_t i = 0; source->kind == GRADUS_SOURCE_U8 && i < model->recipe.data.part_count; ++i)
    if (!strcmp(model->recipe.data.parts[i].input, input->name))
      source->scale = model->recipe.data.parts[i].scale;
  return gradus_source_check(path, source, input, error);
}

/// Reads "1,2,3" as an input. The caller closes the source even on failure.
static int parse_list(const gradus_tensor_t *input, const char *text, gradus_source_t *source, gradus_error_t *error) {
  uint64_t elements = gradus_sample_elements(input), count = 1;
  for (const char *p = text; *p; ++p)
    count += *p == ',';
  double *values = calloc(count, sizeof *values);
  if (!values)
    return gradus_fail_memory(error);
  *source = (gradus_source_t){.rows = (const uint8_t *)values,
                              .count = count / elements,
                              .elements = elements,
                              .row_bytes = elements * sizeof *values,
                              .kind = GRADUS_SOURCE_F64,
                              .scale = 1,
                              .owned = values};
  const char *p = text;
  for (uint64_t i = 0; i < count; ++i) {
    char *end;
    values[i] = strtod(p, &end);
    if (end == p || (*end && *end != ','))
      return gradus_fail(error, "--input %s: '%s' is not a list of numbers; for a file write %s=@file.npy", input->name,
                         text, input->name);
    p = end + 1;
  }
  if (count % elements)
    return gradus_fail(error, "--input %s: %" PRIu64 " values do not make samples of %" PRIu64, input->name, count,
                       elements);
  char name[256];
  snprintf(name, sizeof name, "--input %s", input->name);
  return gradus_source_check(name, source, input, error);
}

/// Whether NAME=VALUE names one of `count` tensors.
static bool names_one_of(const char *text, const gradus_tensor_t *tensors, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    size_t length = strlen(tensors[i].name);
    if (!strncmp(text, tensors[i].name, length) && text[length] == '=')
      return true;
  }
  return false;
}

/// Fails if an --input or --output names what the model does not have.
static int check_names(const gradus_entry_t *entry, const gradus_options_t *o, gradus_error_t *error) {
  for (int i = 0; i < o->inputs.count; ++i) {
    const char *text = o->inputs.texts[i];
    if (names_one_of(text, entry->inputs, entry->input_count))
      continue;
    if (!entry->input_count)
      return gradus_fail(error, "--input %s: the model's outputs depend on no input", text);
    return gradus_fail(error, "--input %s: the model's first input is '%s'; write --input %s=@file.npy", text,
                       entry->inputs[0].name, entry->inputs[0].name);
  }
  for (int i = 0; i < o->outputs.count; ++i)
    if (!names_one_of(o->outputs.texts[i], entry->outputs, entry->output_count))
      return gradus_fail(error, "--output %s: the model has no such output; its first is '%s'", o->outputs.texts[i],
                         entry->outputs[0].name);
  return 0;
}

/// Opens all inputs. The caller closes the sources even on failure.
static int open_inputs(const gradus_model_t *model, const gradus_options_t *o, gradus_source_t *sources,
                       gradus_error_t *error) {
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_PREDICT];
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    const gradus_tensor_t *input = &entry->inputs[i];
    const char *value = gradus_binding(&o->inputs, input->name);
    if (!value)
      return gradus_fail(error, "input '%s' is missing: --input %s=@file.npy", input->name, input->name);
    if (*value == '@' ? open_file(model, input, value + 1, &sources[i], error)
                      : parse_list(input, value, &sources[i], error))
      return -1;
    if (sources[i].count != sources[0].count)
      return gradus_fail(error, "input '%s' has %" PRIu64 " samples, '%s' has %" PRIu64, input->name, sources[i].count,
                         entry->inputs[0].name, sources[0].count);
  }
  return 0;
}

/// Runs all samples; `results` get each output of all of them.
static int run_batches(gradus_session_t *s, const gradus_data_t *data, void **inputs, uint8_t **results,
                       gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[GRADUS_ENTRY_PREDICT];
  uint64_t batch = (uint64_t)entry->batch;
  for (uint64_t first = 0; first < data->samples; first += batch) {
    uint64_t left = data->samples - first, count = left < batch ? left : batch;
    gradus_data_fill(data, entry, NULL, first, count, inputs);
    if (gradus_session_run(s, GRADUS_ENTRY_PREDICT, inputs, error))
      return -1;
    for (uint64_t i = 0; i < entry->output_count; ++i) {
      uint64_t bytes = entry->outputs[i].bytes / batch;
      const void *output = gradus_session_output(s, GRADUS_ENTRY_PREDICT, i);
      if (!output)
        return gradus_session_check(s, error);
      memcpy(results[i] + first * bytes, output, count * bytes);
    }
  }
  return 0;
}

/// Prints element `i`; integers as they are, and what is not finite as nan, inf or
/// -inf, in JSON, which has no such numbers, as null.
static void print_value(const gradus_tensor_t *tensor, const void *data, uint64_t i, bool json) {
  switch (tensor->dtype) {
  case GRADUS_I32:
    printf("%" PRId32, ((const int32_t *)data)[i]);
    break;
  case GRADUS_I64:
    printf("%" PRId64, ((const int64_t *)data)[i]);
    break;
  default: {
    double value = gradus_load(tensor->dtype, data, i);
    if (isnan(value) && !json)
      fputs("nan", stdout); // printf would show its sign
    else if (isinf(value) && !json)
      fputs(value < 0 ? "-inf" : "inf", stdout);
    else
      gradus_json_number(stdout, value, tensor->dtype == GRADUS_F32);
  }
  }
}

/// Prints `bracket` for each dimension of a sample in which `position` begins anew.
static void print_brackets(const gradus_tensor_t *tensor, uint64_t position, char bracket) {
  uint64_t period = gradus_sample_elements(tensor);
  for (uint64_t d = 1; d < tensor->rank; ++d) {
    if (position % period == 0)
      putchar(bracket);
    period /= (uint64_t)tensor->shape[d];
  }
}

/// Prints one output of all samples, as nested lists of the tensor's shape.
static void print_nested(const gradus_tensor_t *tensor, const void *data, uint64_t rows, bool json) {
  uint64_t total = rows * gradus_sample_elements(tensor);
  putchar('[');
  for (uint64_t i = 0; i < total; ++i) {
    if (i)
      fputs(", ", stdout);
    print_brackets(tensor, i, '[');
    print_value(tensor, data, i, json);
    print_brackets(tensor, i + 1, ']');
  }
  putchar(']');
}

/// Writes the outputs that go to files.
static int write_files(const gradus_entry_t *entry, const gradus_options_t *o, uint8_t *const *results, uint64_t rows,
                       gradus_error_t *error) {
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    const char *file = gradus_binding(&o->outputs, entry->outputs[i].name);
    if (file && gradus_npy_write(*file == '@' ? file + 1 : file, &entry->outputs[i], rows, results[i], error))
      return -1;
  }
  return 0;
}

static void print_text(const gradus_entry_t *entry, uint8_t *const *results, uint64_t rows) {
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    printf("%s: ", entry->outputs[i].name);
    print_nested(&entry->outputs[i], results[i], rows, false);
    putchar('\n');
  }
}

static void print_json(const gradus_entry_t *entry, uint8_t *const *results, uint64_t rows) {
  putchar('{');
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    if (i)
      fputs(", ", stdout);
    gradus_json_string(stdout, entry->outputs[i].name);
    fputs(": ", stdout);
    print_nested(&entry->outputs[i], results[i], rows, true);
  }
  puts("}");
}

/// Room for each output of `rows` samples. The caller frees each and the list, even on
/// failure.
static int alloc_results(const gradus_entry_t *entry, uint64_t rows, uint8_t **results, gradus_error_t *error) {
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    results[i] = gradus_alloc(entry->outputs[i].bytes / (uint64_t)entry->batch * rows, error);
    if (!results[i])
      return -1;
  }
  return 0;
}

static int predict(gradus_session_t *s, const gradus_options_t *o, gradus_source_t *sources, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[GRADUS_ENTRY_PREDICT];
  if (check_names(entry, o, error) || open_inputs(s->model, o, sources, error))
    return -1;
  gradus_data_t data = {sources, entry->input_count, entry->input_count ? sources[0].count : 1};
  void **inputs = NULL;
  uint8_t **results = calloc(entry->output_count + 1, sizeof *results);
  int rc = results ? gradus_data_check_batches(entry, data.samples, error) : gradus_fail_memory(error);
  if (!rc)
    rc = gradus_alloc_inputs(entry, &inputs, error);
  if (!rc)
    rc = alloc_results(entry, data.samples, results, error);
  if (!rc)
    rc = run_batches(s, &data, inputs, results, error);
  if (!rc)
    rc = write_files(entry, o, results, data.samples, error);
  if (!rc && o->json)
    print_json(entry, results, data.samples);
  else if (!rc)
    print_text(entry, results, data.samples);
  for (uint64_t i = 0; results && i < entry->output_count; ++i)
    free(results[i]);
  free(results);
  gradus_free_inputs(entry, inputs);
  return rc;
}

int gradus_command_predict(const gradus_model_t *model, const gradus_options_t *o) {
  gradus_error_t error;
  gradus_session_t *s = NULL;
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_PREDICT];
  gradus_source_t *sources = calloc(entry->input_count + 1, sizeof *sources);
  int rc = 0;
  if (!sources)
    rc = gradus_fail_memory(&error);
  else if (!o->weights && model->variable_count)
    rc = gradus_fail(&error, "--weights FILE is missing: what training wrote by --weights-out");
  if (!rc)
    rc = gradus_session_create(model, (int)o->threads, model->recipe.seed, &s, &error);
  if (!rc && o->weights)
    rc = gradus_session_load_weights(s, o->weights, &error);
  if (!rc)
    rc = predict(s, o, sources, &error);
  for (uint64_t i = 0; sources && i < entry->input_count; ++i)
    gradus_source_close(&sources[i]);
  free(sources);
  gradus_session_destroy(s);
  return rc ? gradus_report_error(&error) : 0;
}

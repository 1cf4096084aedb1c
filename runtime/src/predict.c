/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* predict.c - eval, predict, bench, info. */
#include "commands.h"
#include "data.h"
#include "report.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int gradus_evaluate(gradus_session_t *s, const gradus_data_t *data, double *out, gradus_error_t *error);

int gradus_report_error(const gradus_error_t *error) {
  fprintf(stderr, "error: %s\n", error->text);
  return 1;
}

int gradus_alloc_inputs(const gradus_entry_t *entry, void ***out, gradus_error_t *error) {
  *out = calloc(entry->input_count + 1, sizeof(void *));
  if (!*out)
    return gradus_fail(error, "out of memory");
  for (uint64_t i = 0; i < entry->input_count; ++i)
    if (!((*out)[i] = gradus_alloc(entry->inputs[i].bytes, error))) {
      gradus_free_inputs(entry, *out);
      *out = NULL;
      return -1;
    }
  return 0;
}

void gradus_free_inputs(const gradus_entry_t *entry, void **inputs) {
  for (uint64_t i = 0; inputs && i < entry->input_count; ++i)
    free(inputs[i]);
  free(inputs);
}

int gradus_command_eval(const gradus_model_t *model, const gradus_options_t *o) {
  gradus_error_t error;
  gradus_session_t *s = NULL;
  gradus_data_t data = {0};
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_EVAL];
  double values[64];
  int rc = -1;
  if (!entry || entry->output_count > 64)
    gradus_fail(&error, "the model has no recipe: add a train block to it and compile again");
  else if (!o->data)
    gradus_fail(&error, "--data DIR is missing: the folder with the recipe's validation files");
  else if (!o->weights)
    gradus_fail(&error, "--weights FILE is missing: what training wrote by --weights-out");
  else
    rc = 0;
  if (!rc)
    rc = gradus_session_create(model, o->threads, model->recipe.seed, &s, &error);
  if (!rc)
    rc = gradus_session_load_weights(s, o->weights, &error);
  if (!rc)
    rc = gradus_data_open(&model->recipe.validation, entry, o->data, &data, &error);
  if (!rc)
    rc = gradus_evaluate(s, &data, values, &error);
  if (!rc) {
    printf(o->json ? "{" : "");
    for (uint64_t i = 0; i < entry->output_count; ++i) {
      if (o->json) {
        printf(i ? ", " : "");
        gradus_json_string(stdout, entry->outputs[i].name);
        printf(": ");
        gradus_json_number(stdout, values[i], true);
      } else {
        printf("%s %.6g\n", entry->outputs[i].name, values[i]);
      }
    }
    printf(o->json ? "}\n" : "");
  }
  gradus_data_close(&data);
  gradus_session_destroy(s);
  return rc ? gradus_report_error(&error) : 0;
}

/* "name=@file.npy" or "name=1,2,3" into a source. */
static int open_input(const gradus_model_t *model, const gradus_tensor_t *input, const char *value, gradus_source_t *s,
                      gradus_error_t *error) {
  uint64_t elements = gradus_sample_elements(input);
  if (*value == '@') {
    if (gradus_npy_open(value + 1, s, elements, error))
      return -1;
    /* Bytes are raw data: scaled as the recipe scales them. */
    if (s->kind == GRADUS_SOURCE_U8)
      for (uint64_t k = 0; k < model->recipe.data.part_count; ++k)
        if (!strcmp(model->recipe.data.parts[k].input, input->name))
          s->scale = model->recipe.data.parts[k].scale;
    return 0;
  }
  memset(s, 0, sizeof *s);
  uint64_t count = 1;
  for (const char *p = value; *p; ++p)
    count += *p == ',';
  double *values = calloc(count, sizeof *values);
  if (!values)
    return gradus_fail(error, "out of memory");
  s->owned = values;
  s->rows = (const uint8_t *)values;
  s->kind = GRADUS_SOURCE_F64;
  s->scale = 1;
  char *p = (char *)value;
  for (uint64_t i = 0; i < count; ++i) {
    char *end;
    values[i] = strtod(p, &end);
    if (end == p || (*end && *end != ','))
      return gradus_fail(error, "--input %s: '%s' is not a list of numbers; for a file write %s=@file.npy", input->name,
                         value, input->name);
    p = end + 1;
  }
  if (count % elements)
    return gradus_fail(error, "--input %s: %" PRIu64 " values do not make samples of %" PRIu64, input->name, count,
                       elements);
  s->count = count / elements;
  s->elements = elements;
  s->row_bytes = elements * sizeof *values;
  return 0;
}

static void print_value(const gradus_tensor_t *t, const void *data, uint64_t i) {
  switch (t->dtype) {
  case GRADUS_F32:
    gradus_json_number(stdout, ((const float *)data)[i], true);
    break;
  case GRADUS_F64:
    gradus_json_number(stdout, ((const double *)data)[i], false);
    break;
  case GRADUS_I32:
    printf("%" PRId32, ((const int32_t *)data)[i]);
    break;
  default:
    printf("%" PRId64, ((const int64_t *)data)[i]);
  }
}

/* One output of all samples, as nested lists of the tensor's shape. */
static void print_nested(const gradus_tensor_t *t, const void *data, uint64_t rows) {
  uint64_t elements = gradus_sample_elements(t), total = rows * elements;
  printf("[");
  for (uint64_t i = 0; i < total; ++i) {
    uint64_t period = elements;
    for (uint64_t d = 1; d < t->rank; ++d) {
      if (i % period == 0)
        printf("[");
      period /= t->shape[d];
    }
    print_value(t, data, i);
    period = elements;
    for (uint64_t d = 1; d < t->rank; ++d) {
      if ((i + 1) % period == 0)
        printf("]");
      period /= t->shape[d];
    }
    printf(i + 1 < total ? ", " : "");
  }
  printf("]");
}

static const char *value_of(const char *const *list, int count, const char *name) {
  size_t n = strlen(name);
  for (int i = 0; i < count; ++i)
    if (!strncmp(list[i], name, n) && list[i][n] == '=')
      return list[i] + n + 1;
  return NULL;
}

static int predict(gradus_session_t *s, const gradus_options_t *o, gradus_source_t *sources, gradus_error_t *error) {
  const gradus_model_t *model = s->model;
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_PREDICT];
  for (int i = 0; i < o->input_count; ++i) {
    bool known = false;
    for (uint64_t k = 0; k < entry->input_count; ++k) {
      size_t n = strlen(entry->inputs[k].name);
      known |= !strncmp(o->inputs[i], entry->inputs[k].name, n) && o->inputs[i][n] == '=';
    }
    if (!known && !entry->input_count)
      return gradus_fail(error, "--input %s: the model's outputs depend on no input", o->inputs[i]);
    if (!known)
      return gradus_fail(error, "--input %s: the model's first input is '%s'; write --input %s=@file.npy", o->inputs[i],
                         entry->inputs[0].name, entry->inputs[0].name);
  }
  for (int i = 0; i < o->output_count; ++i) {
    bool known = false;
    for (uint64_t k = 0; k < entry->output_count; ++k) {
      size_t n = strlen(entry->outputs[k].name);
      known |= !strncmp(o->outputs[i], entry->outputs[k].name, n) && o->outputs[i][n] == '=';
    }
    if (!known)
      return gradus_fail(error, "--output %s: the model has no such output; its first is '%s'", o->outputs[i],
                         entry->outputs[0].name);
  }
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    const char *value = value_of(o->inputs, o->input_count, entry->inputs[i].name);
    if (!value)
      return gradus_fail(error, "input '%s' is missing: --input %s=@file.npy", entry->inputs[i].name,
                         entry->inputs[i].name);
    if (open_input(model, &entry->inputs[i], value, &sources[i], error))
      return -1;
    if (sources[i].count != sources[0].count)
      return gradus_fail(error, "input '%s' has %" PRIu64 " samples, '%s' has %" PRIu64, entry->inputs[i].name,
                         sources[i].count, entry->inputs[0].name, sources[0].count);
  }
  uint64_t rows = entry->input_count ? sources[0].count : 1;
  gradus_data_t data = {sources, entry->input_count, rows};
  void **inputs = NULL;
  uint8_t **results = calloc(entry->output_count + 1, sizeof *results);
  int rc = results ? gradus_alloc_inputs(entry, &inputs, error) : gradus_fail(error, "out of memory");
  for (uint64_t i = 0; !rc && i < entry->output_count; ++i)
    if (!(results[i] = gradus_alloc(entry->outputs[i].bytes / entry->batch * rows, error)))
      rc = -1;
  for (uint64_t first = 0; !rc && first < rows; first += entry->batch) {
    uint64_t count = rows - first < (uint64_t)entry->batch ? rows - first : (uint64_t)entry->batch;
    gradus_data_fill(&data, entry, NULL, first, count, inputs);
    gradus_session_run(s, GRADUS_ENTRY_PREDICT, inputs);
    for (uint64_t i = 0; i < entry->output_count; ++i) {
      uint64_t bytes = entry->outputs[i].bytes / entry->batch;
      memcpy(results[i] + first * bytes, gradus_session_output(s, GRADUS_ENTRY_PREDICT, i), count * bytes);
    }
    rc = gradus_session_check(s, error);
  }
  for (uint64_t i = 0; !rc && i < entry->output_count; ++i) {
    const char *file = value_of(o->outputs, o->output_count, entry->outputs[i].name);
    if (file)
      rc = gradus_npy_write(*file == '@' ? file + 1 : file, &entry->outputs[i], rows, results[i], error);
  }
  if (!rc) {
    printf(o->json ? "{" : "");
    for (uint64_t i = 0; i < entry->output_count; ++i) {
      if (o->json) {
        printf(i ? ", " : "");
        gradus_json_string(stdout, entry->outputs[i].name);
        printf(": ");
      } else {
        printf("%s: ", entry->outputs[i].name);
      }
      print_nested(&entry->outputs[i], results[i], rows);
      printf(o->json ? "" : "\n");
    }
    printf(o->json ? "}\n" : "");
  }
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
    rc = gradus_fail(&error, "out of memory");
  else if (!o->weights && model->variable_count)
    rc = gradus_fail(&error, "--weights FILE is missing: what training wrote by --weights-out");
  if (!rc)
    rc = gradus_session_create(model, o->threads, model->recipe.seed, &s, &error);
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

/*===- bench ------------------------------------------------------------===*/

/* Floats from [0, 1), integers 0 or 1, which are valid labels and indices. */
static void random_inputs(const gradus_entry_t *entry, void **inputs) {
  uint32_t key[2] = {1, 2}, r[4];
  for (uint64_t i = 0; i < entry->input_count; ++i)
    for (uint64_t k = 0; k < gradus_elements(&entry->inputs[i]); ++k) {
      uint32_t counter[4] = {(uint32_t)k, (uint32_t)i, 7, 0};
      gradus_philox(counter, key, r);
      double u = r[0] * 0x1p-32;
      switch (entry->inputs[i].dtype) {
      case GRADUS_F32:
        ((float *)inputs[i])[k] = (float)u;
        break;
      case GRADUS_F64:
        ((double *)inputs[i])[k] = u;
        break;
      case GRADUS_I32:
        ((int32_t *)inputs[i])[k] = u < 0.5;
        break;
      default:
        ((int64_t *)inputs[i])[k] = u < 0.5;
      }
    }
}

static int by_value(const void *l, const void *r) {
  double a = *(const double *)l, b = *(const double *)r;
  return a < b ? -1 : a > b;
}

/* Median and minimum microseconds of a run. Runs shorter than 20 us are timed
 * in groups, so that reading the clock does not count. */
static int measure(gradus_session_t *s, int e, double *median, double *low, int64_t *samples, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[e];
  void **inputs = NULL;
  if (gradus_alloc_inputs(entry, &inputs, error))
    return -1;
  random_inputs(entry, inputs);
  double start = gradus_seconds();
  int64_t warm = 0;
  while (warm < 20 || (gradus_seconds() - start < 0.05 && warm < 100000)) {
    gradus_session_run(s, e, inputs);
    ++warm;
  }
  double each = (gradus_seconds() - start) / (double)warm;
  int group = each < 20e-6 ? (int)(20e-6 / each) + 1 : 1;
  enum { kMost = 2000 };
  double times[kMost];
  int n = 0;
  for (start = gradus_seconds(); n < kMost && (n < 20 || gradus_seconds() - start < 1.0); ++n) {
    /* Training on one batch for ever drives values into regions where they do
     * not stay in practice; begin again now and then. */
    if (e == GRADUS_ENTRY_TRAIN && n % 200 == 199)
      gradus_session_reset(s, s->model->recipe.seed);
    double t = gradus_seconds();
    for (int g = 0; g < group; ++g)
      gradus_session_run(s, e, inputs);
    (void)gradus_session_output(s, e, 0); /* on a GPU, waits */
    times[n] = (gradus_seconds() - t) / group * 1e6;
  }
  qsort(times, n, sizeof *times, by_value);
  *median = times[n / 2];
  *low = times[0];
  *samples = n;
  gradus_free_inputs(entry, inputs);
  return gradus_session_check(s, error);
}

/* Time per kernel, and what it amounts to. */
static int print_kernels(gradus_session_t *s, int e, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[e];
  void **inputs = NULL;
  double *seconds = calloc(entry->launch_count + 1, sizeof *seconds);
  if (!seconds || gradus_alloc_inputs(entry, &inputs, error)) {
    free(seconds);
    return gradus_fail(error, "out of memory");
  }
  random_inputs(entry, inputs);
  enum { kRuns = 200 };
  gradus_session_run(s, e, inputs);
  s->seconds = seconds;
  for (int i = 0; i < kRuns; ++i)
    gradus_session_run(s, e, inputs);
  s->seconds = NULL;
  printf("%12s %9s %9s  %s\n", "microseconds", "GFLOP/s", "GB/s", "kernel");
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    const gradus_kernel_t *k = entry->launches[l].kernel;
    double us = seconds[l] / kRuns * 1e6;
    printf("%12.2f %9.2f %9.2f  %s%s\n", us, (double)k->flops / us * 1e-3, (double)k->bytes / us * 1e-3, k->name,
           entry->launches[l].parallel || s->device ? "" : " (serial)");
  }
  free(seconds);
  gradus_free_inputs(entry, inputs);
  return 0;
}

int gradus_command_bench(const gradus_model_t *model, const gradus_options_t *o) {
  static const char *const names[] = {"train", "eval", "predict"};
  gradus_error_t error;
  gradus_session_t *s = NULL;
  bool first = true;
  int rc = gradus_session_create(model, o->threads, model->recipe.seed, &s, &error);
  if (!rc)
    printf(o->json ? "{" : "");
  for (int e = 0; !rc && e < GRADUS_ENTRY_COUNT; ++e) {
    if (!model->entries[e] || e == GRADUS_ENTRY_EVAL)
      continue;
    double median, low;
    int64_t n;
    if ((rc = measure(s, e, &median, &low, &n, &error)))
      break;
    if (o->json)
      printf("%s\"%s\": {\"median_us\": %.4f, \"min_us\": %.4f, \"samples\": %" PRId64 ", \"batch\": %" PRId64
             ", \"threads\": %d}",
             first ? "" : ", ", names[e], median, low, n, model->entries[e]->batch, o->threads);
    else
      printf("%-8s batch %-6" PRId64 " median %10.2f us  min %10.2f us  %d threads\n", names[e],
             model->entries[e]->batch, median, low, o->threads);
    first = false;
    if (o->kernels && !o->json)
      rc = print_kernels(s, e, &error);
  }
  if (!rc)
    printf(o->json ? "}\n" : "");
  gradus_session_destroy(s);
  return rc ? gradus_report_error(&error) : 0;
}

/*===- info -------------------------------------------------------------===*/

int gradus_command_info(const gradus_model_t *model, const gradus_options_t *o) {
  static const char *const names[] = {"train", "eval", "predict"}, *const dtypes[] = {"f32", "f64", "i32", "i64"};
  char text[32];
  (void)o;
  printf("model %s, compiled by %s for %s\n", model->name, model->compiler, model->target);
  uint64_t parameters = 0;
  for (uint64_t i = 0; i < model->variable_count; ++i) {
    const gradus_variable_t *v = &model->variables[i];
    if (v->flags & GRADUS_VARIABLE_STATE)
      continue;
    printf("  parameter %-24s %s[", v->tensor.name, dtypes[v->tensor.dtype]);
    for (uint64_t d = 0; d < v->tensor.rank; ++d)
      printf("%s%lld", d ? "," : "", (long long)v->tensor.shape[d]);
    printf("]%s\n", v->flags & GRADUS_VARIABLE_FROZEN ? " frozen" : "");
    parameters += gradus_elements(&v->tensor);
  }
  printf("%" PRIu64 " parameters; variables with optimizer state %s\n", parameters,
         gradus_human_bytes((double)model->variables_bytes, text));
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    if (model->entries[e]) {
      uint64_t flops = 0;
      for (uint64_t l = 0; l < model->entries[e]->launch_count; ++l)
        flops += model->entries[e]->launches[l].kernel->flops;
      printf("%s: batch %" PRId64 ", %" PRIu64 " kernels, %s FLOPs, ", names[e], model->entries[e]->batch,
             model->entries[e]->launch_count, gradus_human_count((double)flops, text));
      printf("arena %s\n", gradus_human_bytes((double)model->entries[e]->arena_bytes, text));
    }
  return 0;
}

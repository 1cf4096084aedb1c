//===- bench.c - Time per step --------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/clock.h"
#include "base/memory.h"
#include "base/model.h"
#include "base/random.h"
#include "base/tensor.h"
#include "commands/commands.h"
#include "commands/report.h"
#include "session/session.h"
#include <inttypes.h>
#include <stdlib.h>

enum { kMinSamples = 20, kMaxSamples = 2000, kMaxWarm = 100000, kKernelRuns = 200 };
static const double kWarmSeconds = 0.05, kSeconds = 1, kMinSample = 20e-6;

/// What measuring an entry gave; times are in microseconds per run.
typedef struct {
  double median, min;
  int64_t samples;
} measured_t;

/// Fills inputs: floats from [0, 1), integers 0 or 1, which are valid labels and
/// indices.
static void fill_inputs(const gradus_entry_t *entry, void **inputs) {
  uint32_t key[2] = {1, 2}, bits[4];
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    uint64_t dtype = entry->inputs[i].dtype;
    bool is_float = dtype == GRADUS_F32 || dtype == GRADUS_F64;
    for (uint64_t k = 0; k < gradus_elements(&entry->inputs[i]); ++k) {
      uint32_t counter[4] = {(uint32_t)k, (uint32_t)i, 7, 0};
      gradus_philox(counter, key, bits);
      double u = bits[0] * 0x1p-32;
      gradus_store(dtype, inputs[i], k, is_float ? u : u < 0.5);
    }
  }
}

static int by_value(const void *l, const void *r) {
  double a = *(const double *)l, b = *(const double *)r;
  return a < b ? -1 : a > b;
}

/// Runs until caches and clocks are warm; sets the seconds of a run.
static int warm_up(gradus_session_t *s, int e, void **inputs, double *out_seconds, gradus_error_t *error) {
  double start = gradus_seconds();
  int64_t runs = 0;
  for (; runs < kMinSamples || (gradus_seconds() - start < kWarmSeconds && runs < kMaxWarm); ++runs)
    if (gradus_session_run(s, e, inputs, error))
      return -1;
  *out_seconds = (gradus_seconds() - start) / (double)runs;
  return 0;
}

/// Takes samples of `group` runs each.
static int take_samples(gradus_session_t *s, int e, void **inputs, int group, double *times, int *out_count,
                        gradus_error_t *error) {
  double start = gradus_seconds();
  int count = 0;
  for (; count < kMaxSamples && (count < kMinSamples || gradus_seconds() - start < kSeconds); ++count) {
    // Training on one batch for ever drives values into regions where they do not
    // stay in practice; begin again now and then.
    if (e == GRADUS_ENTRY_TRAIN && count % 200 == 199)
      gradus_session_reset(s, s->model->recipe.seed);
    double t = gradus_seconds();
    for (int i = 0; i < group; ++i)
      if (gradus_session_run(s, e, inputs, error))
        return -1;
    (void)gradus_session_output(s, e, 0); // on a GPU, waits
    times[count] = (gradus_seconds() - t) / group * 1e6;
  }
  *out_count = count;
  return gradus_session_check(s, error);
}

/// Measures an entry. Runs shorter than 20 us are timed in groups, so that reading the
/// clock does not count.
static int measure(gradus_session_t *s, int e, void **inputs, measured_t *out, gradus_error_t *error) {
  double seconds, times[kMaxSamples];
  int count;
  if (warm_up(s, e, inputs, &seconds, error))
    return -1;
  int group = seconds < kMinSample ? (int)(kMinSample / seconds) + 1 : 1;
  if (take_samples(s, e, inputs, group, times, &count, error))
    return -1;
  qsort(times, (size_t)count, sizeof *times, by_value);
  *out = (measured_t){times[count / 2], times[0], count};
  return 0;
}

static void print_text(const gradus_session_t *s, int e, const measured_t *m) {
  printf("%-8s batch %-6" PRId64 " median %10.2f us  min %10.2f us  %d threads\n", gradus_entry_name(e),
         s->model->entries[e]->batch, m->median, m->min, gradus_pool_size(s->pool));
}

static void print_json(const gradus_session_t *s, int e, const measured_t *m) {
  printf("\"%s\": {\"median_us\": %.4f, \"min_us\": %.4f, \"samples\": %" PRId64 ", \"batch\": %" PRId64
         ", \"threads\": %d}",
         gradus_entry_name(e), m->median, m->min, m->samples, s->model->entries[e]->batch, gradus_pool_size(s->pool));
}

/// Prints the time per kernel, and what it amounts to.
static int print_kernels(gradus_session_t *s, int e, void **inputs, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[e];
  double *seconds = calloc(entry->launch_count + 1, sizeof *seconds);
  if (!seconds)
    return gradus_fail_memory(error);
  int rc = gradus_session_run(s, e, inputs, error);
  s->trace.seconds = seconds;
  for (int i = 0; !rc && i < kKernelRuns; ++i)
    rc = gradus_session_run(s, e, inputs, error);
  s->trace.seconds = NULL;
  if (!rc)
    printf("%12s %9s %9s  %s\n", "microseconds", "GFLOP/s", "GB/s", "kernel");
  for (uint64_t l = 0; !rc && l < entry->launch_count; ++l) {
    const gradus_kernel_t *kernel = entry->launches[l].kernel;
    double us = seconds[l] / kKernelRuns * 1e6;
    printf("%12.2f %9.2f %9.2f  %s%s\n", us, (double)kernel->flops / us * 1e-3, (double)kernel->bytes / us * 1e-3,
           kernel->name, entry->launches[l].parallel || s->model->ptx ? "" : " (serial)");
  }
  free(seconds);
  return rc;
}

/// Measures one entry and prints what came of it; `first` if nothing was printed.
static int bench(gradus_session_t *s, int e, const gradus_options_t *o, bool first, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[e];
  void **inputs;
  measured_t measured;
  if (gradus_alloc_inputs(entry, &inputs, error))
    return -1;
  fill_inputs(entry, inputs);
  int rc = measure(s, e, inputs, &measured, error);
  if (!rc && o->json) {
    if (!first)
      fputs(", ", stdout);
    print_json(s, e, &measured);
  } else if (!rc) {
    print_text(s, e, &measured);
    if (o->kernels)
      rc = print_kernels(s, e, inputs, error);
  }
  gradus_free_inputs(entry, inputs);
  return rc;
}

int gradus_command_bench(const gradus_model_t *model, const gradus_options_t *o) {
  gradus_error_t error;
  gradus_session_t *s = NULL;
  if (gradus_session_create(model, (int)o->threads, model->recipe.seed, &s, &error))
    return gradus_report_error(&error);
  int rc = 0;
  bool first = true;
  if (o->json)
    putchar('{');
  for (int e = 0; !rc && e < GRADUS_ENTRY_COUNT; ++e) {
    if (!model->entries[e] || e == GRADUS_ENTRY_EVAL)
      continue;
    rc = bench(s, e, o, first, &error);
    first = false;
  }
  if (!rc && o->json)
    puts("}");
  gradus_session_destroy(s);
  return rc ? gradus_report_error(&error) : 0;
}

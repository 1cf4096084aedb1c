//===- host.c - Running a model on the processors of this machine ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/host/host.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/model.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// An entry point's arguments, bound to the inputs of its last run.
typedef struct {
  void **args;   ///< addresses of all launches' arguments, in order
  void **inputs; ///< what they are bound to
  bool bound;    ///< false before the first run
} bound_entry_t;

typedef struct {
  gradus_device_t base;
  const gradus_model_t *model;
  gradus_pool_t *pool;
  uint8_t *arena, *variables, *scratch; ///< scratch: one piece per thread
  int64_t *counters;
  bool flush_denormals;
  uint64_t scratch_bytes; ///< of a piece
  bound_entry_t entries[GRADUS_ENTRY_COUNT];
} host_t;

static void *resolve(const host_t *host, const gradus_slot_t *slot, void *const *inputs) {
  switch (slot->segment) {
  case GRADUS_SEGMENT_ARENA:
    return host->arena + slot->offset;
  case GRADUS_SEGMENT_VARIABLES:
    return host->variables + slot->offset;
  case GRADUS_SEGMENT_COUNTERS:
    return (uint8_t *)host->counters + slot->offset;
  default:
    return inputs[slot->offset];
  }
}

/// Resolves all arguments of an entry, unless they are those of the last run.
static void bind(host_t *host, int index, void *const *inputs) {
  const gradus_entry_t *entry = host->model->entries[index];
  bound_entry_t *bound = &host->entries[index];
  uint64_t bytes = entry->input_count * sizeof *inputs;
  if (bound->bound && (!bytes || !memcmp(bound->inputs, inputs, bytes)))
    return;
  if (bytes)
    memcpy(bound->inputs, inputs, bytes);
  bound->bound = true;
  void **args = bound->args;
  for (uint64_t l = 0; l < entry->launch_count; ++l)
    for (uint64_t a = 0; a < entry->launches[l].arg_count; ++a)
      *args++ = resolve(host, &entry->launches[l].args[a], inputs);
}

/// A launch that several threads share.
typedef struct {
  const host_t *host;
  const gradus_kernel_t *kernel;
  void *const *args;
} shared_launch_t;

static void run_share(void *context, int index, int count) {
  const shared_launch_t *work = context;
  int64_t units = work->kernel->units, begin = units * index / count, end = units * (index + 1) / count;
  if (begin < end)
    work->kernel->function(work->args, begin, end, work->host->scratch + work->host->scratch_bytes * (uint64_t)index);
}

static void launch(host_t *host, const gradus_launch_t *launch, void *const *args) {
  const gradus_kernel_t *kernel = launch->kernel;
  if (launch->parallel && gradus_pool_size(host->pool) > 1) {
    shared_launch_t work = {host, kernel, args};
    gradus_pool_run(host->pool, run_share, &work);
  } else {
    kernel->function(args, 0, kernel->units, host->scratch);
  }
}

/// Whether a result of the launch, of type f32, holds a NaN or an infinity.
static bool has_nan(const gradus_launch_t *launch, void *const *args) {
  for (uint64_t r = 0; r + launch->operand_count < launch->arg_count; ++r) {
    const float *values = args[launch->operand_count + r];
    for (uint64_t i = 0; i < launch->float_elements[r]; ++i)
      if (!isfinite(values[i]))
        return true;
  }
  return false;
}

static int run(gradus_device_t *device, int index, void *const *inputs, const int64_t *counters, gradus_trace_t *trace,
               gradus_error_t *error) {
  host_t *host = (host_t *)device;
  const gradus_entry_t *entry = host->model->entries[index];
  (void)counters; // kernels read the session's own
  (void)error;
  bind(host, index, inputs);
  void **args = host->entries[index].args;
  unsigned mode = host->flush_denormals ? gradus_flush_denormals() : 0;
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    double start = trace->seconds ? gradus_seconds() : 0;
    launch(host, &entry->launches[l], args);
    if (trace->seconds)
      trace->seconds[l] += gradus_seconds() - start;
    if (trace->find_nan && !trace->nan_launch && has_nan(&entry->launches[l], args))
      trace->nan_launch = &entry->launches[l];
    args += entry->launches[l].arg_count;
  }
  if (host->flush_denormals)
    gradus_restore_denormals(mode);
  return 0;
}

static int output(gradus_device_t *device, int index, uint64_t number, int age, const void **out,
                  gradus_error_t *error) {
  host_t *host = (host_t *)device;
  (void)age; // always the last run
  (void)error;
  *out = resolve(host, &host->model->entries[index]->output_slots[number], host->entries[index].inputs);
  return 0;
}

static void destroy(gradus_device_t *device) {
  host_t *host = (host_t *)device;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    free(host->entries[e].args);
    free(host->entries[e].inputs);
  }
  free(host->arena);
  free(host->scratch);
  free(host);
}

/// Makes room for an entry's arguments.
static int prepare(host_t *host, int index, gradus_error_t *error) {
  const gradus_entry_t *entry = host->model->entries[index];
  uint64_t args = 0;
  for (uint64_t l = 0; l < entry->launch_count; ++l)
    args += entry->launches[l].arg_count;
  bound_entry_t *bound = &host->entries[index];
  bound->args = calloc(args + 1, sizeof *bound->args);
  bound->inputs = calloc(entry->input_count + 1, sizeof *bound->inputs);
  return bound->args && bound->inputs ? 0 : gradus_fail_memory(error);
}

static int allocate(host_t *host, gradus_error_t *error) {
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    if (host->model->entries[e] && prepare(host, e, error))
      return -1;
  host->scratch_bytes = gradus_model_scratch_bytes(host->model);
  host->arena = gradus_alloc(gradus_model_arena_bytes(host->model), error);
  if (!host->arena)
    return -1;
  host->scratch = gradus_alloc(host->scratch_bytes * (uint64_t)gradus_pool_size(host->pool), error);
  return host->scratch ? 0 : -1;
}

int gradus_host_create(const gradus_model_t *model, gradus_pool_t *pool, void *variables, int64_t *counters,
                       gradus_device_t **out, gradus_error_t *error) {
  *out = NULL;
  host_t *host = calloc(1, sizeof *host);
  if (!host)
    return gradus_fail_memory(error);
  host->base = (gradus_device_t){.shares_variables = true, .destroy = destroy, .run = run, .output = output};
  host->model = model;
  host->flush_denormals = gradus_model_flushes_denormals(model);
  host->pool = pool;
  host->variables = variables;
  host->counters = counters;
  if (allocate(host, error)) {
    destroy(&host->base);
    return -1;
  }
  *out = &host->base;
  return 0;
}

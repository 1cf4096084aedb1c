//===- run.c - Steps of a model on a GPU ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/clock.h"
#include "base/memory.h"
#include "devices/cuda/device.h"
#include <string.h>

/// A context is current per thread, and a session may move between threads.
static int enter(cuda_t *d, gradus_error_t *error) {
  cu_result_t rc = d->cuda.context_set(d->context);
  return rc ? gradus_cuda_fail(d, "the GPU's context", rc, error) : 0;
}

static int wait_for_stream(cuda_t *d, gradus_error_t *error) {
  cu_result_t rc = d->cuda.stream_wait(d->stream);
  return rc ? gradus_cuda_fail(d, "the GPU stopped", rc, error) : 0;
}

int gradus_cuda_upload(gradus_device_t *device, const void *variables, gradus_error_t *error) {
  cuda_t *d = (cuda_t *)device;
  if (enter(d, error))
    return -1;
  cu_result_t rc = d->cuda.upload(d->variables, variables, d->model->variables_bytes, d->stream);
  return rc ? gradus_cuda_fail(d, "copying to the GPU", rc, error) : wait_for_stream(d, error);
}

/// Copies from the GPU, after all that was started, and waits.
static int read_back(cuda_t *d, void *to, cu_pointer_t from, uint64_t bytes, gradus_error_t *error) {
  if (enter(d, error))
    return -1;
  cu_result_t rc = d->cuda.download(to, from, bytes, d->stream);
  return rc ? gradus_cuda_fail(d, "copying from the GPU", rc, error) : wait_for_stream(d, error);
}

int gradus_cuda_download(gradus_device_t *device, void *variables, gradus_error_t *error) {
  cuda_t *d = (cuda_t *)device;
  return read_back(d, variables, d->variables, d->model->variables_bytes, error);
}

int gradus_cuda_output(gradus_device_t *device, int e, uint64_t index, int age, const void **out,
                       gradus_error_t *error) {
  cuda_t *d = (cuda_t *)device;
  device_entry_t *prepared = &d->entries[e];
  const gradus_tensor_t *tensor = &d->model->entries[e]->outputs[index];
  const gradus_slot_t *slot = &d->model->entries[e]->output_slots[index];
  if (slot->segment == GRADUS_SEGMENT_INPUTS) {
    *out = prepared->inputs[slot->offset];
    return 0;
  }
  int side = (int)((prepared->runs - 1 - (uint64_t)age) % kSides);
  if (tensor->bytes <= GRADUS_SMALL_OUTPUT) {
    *out = prepared->sides[side].results + GRADUS_SMALL_OUTPUT * index;
    if (enter(d, error))
      return -1;
    cu_result_t rc = d->cuda.event_wait(prepared->sides[side].done);
    return rc ? gradus_cuda_fail(d, "the GPU stopped", rc, error) : 0;
  }
  if (!prepared->large[index]) {
    prepared->large[index] = gradus_alloc(tensor->bytes, error);
    if (!prepared->large[index])
      return -1;
  }
  *out = prepared->large[index];
  return read_back(d, prepared->large[index], gradus_cuda_resolve(d, e, side, slot), tensor->bytes, error);
}

/// Starts launch `l` of an entry on `args`, its arguments; with `seconds`, waits for
/// it and adds its time.
static int launch(cuda_t *d, int e, uint64_t l, cu_pointer_t *args, double *seconds, gradus_error_t *error) {
  const gradus_launch_t *launch = &d->model->entries[e]->launches[l];
  const gradus_kernel_t *kernel = launch->kernel;
  void *params[512]; // 4 KiB of arguments is what CUDA passes
  if (launch->arg_count + 1 > sizeof params / sizeof *params)
    return gradus_fail(error, "kernel %s takes more than %zu buffers", kernel->name, sizeof params / sizeof *params);
  for (uint64_t a = 0; a <= launch->arg_count; ++a)
    params[a] = &args[a];
  double start = seconds ? gradus_seconds() : 0;
  cu_result_t rc = d->cuda.launch(d->entries[e].launches[l], (unsigned)kernel->units, 1, 1, (unsigned)kernel->threads,
                                  1, 1, (unsigned)kernel->shared_bytes, d->stream, params, NULL);
  if (!rc && seconds) {
    rc = d->cuda.stream_wait(d->stream);
    *seconds += gradus_seconds() - start;
  }
  if (rc)
    return gradus_fail(error, "%s%skernel %s: %s (CUDA error %d)", kernel->location, *kernel->location ? ": " : "",
                       kernel->name, gradus_cuda_text(d, rc), rc);
  return 0;
}

/// Starts all launches of an entry, and the copies of its small outputs.
static int launch_all(cuda_t *d, int e, int side, double *seconds, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  side_t *s = &d->entries[e].sides[side];
  cu_pointer_t *args = s->args;
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    if (launch(d, e, l, args, seconds ? &seconds[l] : NULL, error))
      return -1;
    args += entry->launches[l].arg_count + 1;
  }
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    if (entry->outputs[i].bytes > GRADUS_SMALL_OUTPUT)
      continue;
    cu_pointer_t from = gradus_cuda_resolve(d, e, side, &entry->output_slots[i]);
    cu_result_t rc = d->cuda.download(s->results + GRADUS_SMALL_OUTPUT * i, from, entry->outputs[i].bytes, d->stream);
    if (rc)
      return gradus_cuda_fail(d, "copying from the GPU", rc, error);
  }
  return 0;
}

/// Records the launches of an entry point as a graph.
static int record(cuda_t *d, int e, int side, gradus_error_t *error) {
  cu_handle_t graph = NULL;
  cu_result_t rc = d->cuda.capture_begin(d->stream, CU_CAPTURE_THREAD_LOCAL);
  if (rc)
    return gradus_cuda_fail(d, "recording a graph", rc, error);
  int launched = launch_all(d, e, side, NULL, error);
  rc = d->cuda.capture_end(d->stream, &graph);
  if (!launched && !rc)
    rc = d->cuda.graph_instantiate(&d->entries[e].sides[side].graph, graph, 0);
  if (graph)
    d->cuda.graph_destroy(graph);
  if (launched)
    return -1;
  return rc ? gradus_cuda_fail(d, "recording a graph", rc, error) : 0;
}

/// Copies inputs and counters to a side, as soon as the run before the last, which
/// had it, lets go of them; the launches wait for the copy.
static int send(cuda_t *d, int e, side_t *s, void *const *inputs, const int64_t *counters, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  const uint64_t *offsets = d->entries[e].offsets;
  cu_result_t rc = s->runs ? d->cuda.event_wait(s->arrived) : 0;
  if (rc)
    return gradus_cuda_fail(d, "the GPU stopped", rc, error);
  for (uint64_t i = 0; i < entry->input_count; ++i)
    memcpy(s->staging + offsets[i], inputs[i], entry->inputs[i].bytes);
  memcpy(s->staging + offsets[entry->input_count], counters, kCounters * sizeof *counters);
  if (s->runs++)
    rc = d->cuda.stream_wait_event(d->uploads, s->done, 0);
  if (!rc)
    rc = d->cuda.upload(s->block, s->staging, offsets[entry->input_count + 1], d->uploads);
  if (!rc)
    rc = d->cuda.event_record(s->arrived, d->uploads);
  if (!rc)
    rc = d->cuda.stream_wait_event(d->stream, s->arrived, 0);
  return rc ? gradus_cuda_fail(d, "copying to the GPU", rc, error) : 0;
}

int gradus_cuda_run(gradus_device_t *device, int e, void *const *inputs, const int64_t *counters, gradus_trace_t *trace,
                    gradus_error_t *error) {
  cuda_t *d = (cuda_t *)device;
  device_entry_t *prepared = &d->entries[e];
  uint64_t input_count = d->model->entries[e]->input_count;
  int side = (int)(prepared->runs++ % kSides);
  side_t *s = &prepared->sides[side];
  if (input_count)
    memcpy(prepared->inputs, inputs, input_count * sizeof *inputs);
  if (enter(d, error) || send(d, e, s, inputs, counters, error))
    return -1;
  // Two runs without a graph find mistakes at their kernel.
  if (trace->seconds || s->runs == 1) {
    if (launch_all(d, e, side, trace->seconds, error))
      return -1;
  } else {
    if (!s->graph && record(d, e, side, error))
      return -1;
    cu_result_t rc = d->cuda.graph_launch(s->graph, d->stream);
    if (rc)
      return gradus_cuda_fail(d, "starting a step", rc, error);
  }
  cu_result_t rc = d->cuda.event_record(s->done, d->stream);
  return rc ? gradus_cuda_fail(d, "starting a step", rc, error) : 0;
}

//===- create.c - Opening a GPU and filling it with a model ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/model.h"
#include "devices/cuda/cuda.h"
#include "devices/cuda/device.h"
#include <stdlib.h>
#include <string.h>

const char *gradus_cuda_text(const cuda_t *d, cu_result_t result) {
  const char *text = NULL;
  return !d->cuda.error_text(result, &text) && text ? text : "unknown error";
}

int gradus_cuda_fail(const cuda_t *d, const char *what, cu_result_t result, gradus_error_t *error) {
  return gradus_fail(error, "%s: %s (CUDA error %d)", what, gradus_cuda_text(d, result), result);
}

/// Fails if the kernels are for another kind of GPU than this one.
static int check_gpu(const cuda_t *d, gradus_error_t *error) {
  int major = 0, minor = 0;
  cu_result_t rc = d->cuda.device_attribute(&major, CU_ATTRIBUTE_CAPABILITY_MAJOR, d->device);
  if (!rc)
    rc = d->cuda.device_attribute(&minor, CU_ATTRIBUTE_CAPABILITY_MINOR, d->device);
  if (rc)
    return gradus_cuda_fail(d, "the GPU could not be opened", rc, error);
  // sm_90a runs on 9.0 alone, sm_100f on 10.x.
  int wanted = atoi(d->model->gpu + strlen("sm_")), has = 10 * major + minor;
  char suffix = d->model->gpu[strlen(d->model->gpu) - 1];
  bool fits = has >= wanted && (suffix != 'a' || has == wanted) && (suffix != 'f' || major == wanted / 10);
  if (!fits)
    return gradus_fail(error, "the kernels are for %s, and GPU %s is an sm_%d%d; compile with --gpu sm_%d%d",
                       d->model->gpu, d->name, major, minor, major, minor);
  return 0;
}

static int open_gpu(cuda_t *d, gradus_error_t *error) {
  int count = 0;
  cu_result_t rc = d->cuda.init(0);
  if (!rc)
    rc = d->cuda.device_count(&count);
  if (rc == CU_NO_DEVICE || (!rc && !count))
    return gradus_fail(error, "the driver finds no NVIDIA GPU on this machine");
  if (!rc)
    rc = d->cuda.device_get(&d->device, 0);
  if (!rc)
    rc = d->cuda.device_name(d->name, sizeof d->name, d->device);
  if (rc)
    return gradus_cuda_fail(d, "the GPU could not be opened", rc, error);
  if (check_gpu(d, error))
    return -1;
  rc = d->cuda.context_retain(&d->context, d->device);
  if (!rc)
    rc = d->cuda.context_set(d->context);
  if (!rc)
    rc = d->cuda.stream_create(&d->stream, CU_STREAM_NON_BLOCKING);
  if (!rc)
    rc = d->cuda.stream_create(&d->uploads, CU_STREAM_NON_BLOCKING);
  return rc ? gradus_cuda_fail(d, "the GPU could not be opened", rc, error) : 0;
}

/// Loads machine code, if there is any and the driver takes it; else the driver
/// compiles the PTX, and keeps the result in a cache of its own.
static int load_module(cuda_t *d, gradus_error_t *error) {
  char log[512] = "";
  int options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_BYTES};
  void *values[] = {log, (void *)sizeof log};
  if (d->model->cubin && !d->cuda.module_load(&d->module, d->model->cubin, 0, NULL, NULL))
    return 0;
  cu_result_t rc = d->cuda.module_load(&d->module, d->model->ptx, 2, options, values);
  if (rc == CU_UNSUPPORTED_PTX_VERSION) {
    int version = 0;
    d->cuda.driver_version(&version);
    return gradus_fail(error,
                       "the driver, of CUDA %d.%d, is older than the kernels; install a newer one, or compile for an "
                       "older GPU (--gpu sm_80)",
                       version / 1000, version % 1000 / 10);
  }
  if (rc)
    return gradus_fail(error, "the driver refuses the kernels: %s (CUDA error %d) %s", gradus_cuda_text(d, rc), rc,
                       log);
  return 0;
}

/// Finds the functions of an entry's launches in the module.
static int find_kernels(cuda_t *d, int e, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  cu_handle_t *launches = calloc(entry->launch_count + 1, sizeof *launches);
  d->entries[e].launches = launches;
  if (!launches)
    return gradus_fail_memory(error);
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    const gradus_kernel_t *kernel = entry->launches[l].kernel;
    cu_result_t rc = d->cuda.module_function(&launches[l], d->module, kernel->symbol);
    if (rc)
      return gradus_fail(error, "kernel %s: %s (CUDA error %d)", kernel->name, gradus_cuda_text(d, rc), rc);
    if (!kernel->shared_bytes)
      continue;
    rc = d->cuda.function_set(launches[l], CU_FUNCTION_MAX_DYNAMIC_SHARED_BYTES, (int)kernel->shared_bytes);
    if (rc)
      return gradus_fail(error, "kernel %s needs %llu bytes of shared memory, more than GPU %s has (CUDA error %d)",
                         kernel->name, (unsigned long long)kernel->shared_bytes, d->name, rc);
  }
  return 0;
}

static int allocate(cuda_t *d, cu_pointer_t *out, uint64_t bytes, const char *what, gradus_error_t *error) {
  cu_result_t rc = d->cuda.alloc(out, bytes ? bytes : 64);
  if (rc == CU_OUT_OF_MEMORY)
    return gradus_fail(error, "GPU %s has no room for %llu bytes of %s; use a smaller batch or a smaller model",
                       d->name, (unsigned long long)bytes, what);
  return rc ? gradus_cuda_fail(d, "memory of the GPU", rc, error) : 0;
}

/// Memory of the host that the GPU reads and writes by itself.
static int allocate_host(cuda_t *d, uint8_t **out, uint64_t bytes, gradus_error_t *error) {
  void *memory = NULL;
  cu_result_t rc = d->cuda.host_alloc(&memory, bytes, 0);
  *out = memory;
  return rc ? gradus_cuda_fail(d, "memory for copies to the GPU", rc, error) : 0;
}

cu_pointer_t gradus_cuda_resolve(const cuda_t *d, int e, int side, const gradus_slot_t *slot) {
  const device_entry_t *prepared = &d->entries[e];
  switch (slot->segment) {
  case GRADUS_SEGMENT_ARENA:
    return d->arena + slot->offset;
  case GRADUS_SEGMENT_VARIABLES:
    return d->variables + slot->offset;
  case GRADUS_SEGMENT_COUNTERS:
    return prepared->sides[side].block + prepared->offsets[d->model->entries[e]->input_count] + slot->offset;
  default:
    return prepared->sides[side].block + prepared->offsets[slot->offset];
  }
}

/// Resolves the arguments of all launches for one side.
static int bind_side(cuda_t *d, int e, int side, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  uint64_t count = 0;
  for (uint64_t l = 0; l < entry->launch_count; ++l)
    count += entry->launches[l].arg_count + 1;
  cu_pointer_t *args = calloc(count + 1, sizeof *args);
  d->entries[e].sides[side].args = args;
  if (!args)
    return gradus_fail_memory(error);
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    for (uint64_t a = 0; a < entry->launches[l].arg_count; ++a)
      *args++ = gradus_cuda_resolve(d, e, side, &entry->launches[l].args[a]);
    *args++ = d->scratch;
  }
  return 0;
}

static int prepare_side(cuda_t *d, int e, int side, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  side_t *s = &d->entries[e].sides[side];
  uint64_t bytes = d->entries[e].offsets[entry->input_count + 1];
  if (allocate(d, &s->block, bytes, "inputs", error) || allocate_host(d, &s->staging, bytes, error) ||
      allocate_host(d, &s->results, GRADUS_SMALL_OUTPUT * (entry->output_count + 1), error))
    return -1;
  cu_result_t rc = d->cuda.event_create(&s->arrived, CU_EVENT_DISABLE_TIMING);
  if (!rc)
    rc = d->cuda.event_create(&s->done, CU_EVENT_DISABLE_TIMING);
  if (rc)
    return gradus_cuda_fail(d, "the GPU could not be opened", rc, error);
  return bind_side(d, e, side, error);
}

static int prepare_entry(cuda_t *d, int e, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  device_entry_t *prepared = &d->entries[e];
  prepared->offsets = calloc(entry->input_count + 2, sizeof *prepared->offsets);
  prepared->inputs = calloc(entry->input_count + 1, sizeof *prepared->inputs);
  prepared->large = calloc(entry->output_count + 1, sizeof *prepared->large);
  if (!prepared->offsets || !prepared->inputs || !prepared->large)
    return gradus_fail_memory(error);
  for (uint64_t i = 0; i <= entry->input_count; ++i) {
    uint64_t bytes = i < entry->input_count ? entry->inputs[i].bytes : kCounters * sizeof(int64_t);
    prepared->offsets[i + 1] = prepared->offsets[i] + (bytes + 255) / 256 * 256;
  }
  for (int side = 0; side < kSides; ++side)
    if (prepare_side(d, e, side, error))
      return -1;
  return find_kernels(d, e, error);
}

static void destroy_side(const gradus_cuda_t *cuda, side_t *s) {
  if (s->graph)
    cuda->graph_executable_destroy(s->graph);
  if (s->arrived)
    cuda->event_destroy(s->arrived);
  if (s->done)
    cuda->event_destroy(s->done);
  if (s->block)
    cuda->release(s->block);
  if (s->staging)
    cuda->host_release(s->staging);
  if (s->results)
    cuda->host_release(s->results);
  free(s->args);
}

static void destroy_entry(cuda_t *d, int e) {
  device_entry_t *prepared = &d->entries[e];
  for (int side = 0; side < kSides; ++side)
    destroy_side(&d->cuda, &prepared->sides[side]);
  for (uint64_t i = 0; prepared->large && i < d->model->entries[e]->output_count; ++i)
    free(prepared->large[i]);
  free(prepared->large);
  free(prepared->inputs);
  free(prepared->offsets);
  free(prepared->launches);
}

static void destroy(gradus_device_t *device) {
  cuda_t *d = (cuda_t *)device;
  const gradus_cuda_t *cuda = &d->cuda;
  if (d->context)
    cuda->context_set(d->context);
  const cu_handle_t streams[] = {d->uploads, d->stream};
  for (int i = 0; i < 2; ++i)
    if (streams[i])
      cuda->stream_wait(streams[i]);
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    destroy_entry(d, e);
  const cu_pointer_t blocks[] = {d->variables, d->arena, d->scratch};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; ++i)
    if (blocks[i])
      cuda->release(blocks[i]);
  if (d->module)
    cuda->module_unload(d->module);
  for (int i = 0; i < 2; ++i)
    if (streams[i])
      cuda->stream_destroy(streams[i]);
  if (d->context)
    cuda->context_release(d->device);
  free(d);
}

static int prepare(cuda_t *d, gradus_error_t *error) {
  if (gradus_cuda_load(&d->cuda, error) || open_gpu(d, error) || load_module(d, error) ||
      allocate(d, &d->variables, d->model->variables_bytes, "parameters and optimizer state", error) ||
      allocate(d, &d->arena, gradus_model_arena_bytes(d->model), "activations", error) ||
      allocate(d, &d->scratch, gradus_model_scratch_bytes(d->model), "temporaries", error))
    return -1;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    if (d->model->entries[e] && prepare_entry(d, e, error))
      return -1;
  return 0;
}

int gradus_cuda_create(const gradus_model_t *model, gradus_device_t **out, gradus_error_t *error) {
  *out = NULL;
  cuda_t *d = calloc(1, sizeof *d);
  if (!d)
    return gradus_fail_memory(error);
  d->base = (gradus_device_t){.lag = 1,
                              .destroy = destroy,
                              .upload = gradus_cuda_upload,
                              .download = gradus_cuda_download,
                              .run = gradus_cuda_run,
                              .output = gradus_cuda_output};
  d->model = model;
  if (prepare(d, error)) {
    destroy(&d->base);
    return -1;
  }
  *out = &d->base;
  return 0;
}

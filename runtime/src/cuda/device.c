/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* device.c - A model's memory and launches on a GPU.
 *
 * Parameters and optimizer state live on the GPU, and so does one arena. A run
 * copies the inputs and the counters on one stream, then starts the launches in
 * order on another. They never change, so that they are recorded as a CUDA graph,
 * and later runs start that with one call.
 *
 * What the host fills and reads exists twice, once for odd and once for even
 * runs: while the GPU works on one, the host fills the other.
 */
#include "device.h"
#include "driver.h"
#include <stdlib.h>
#include <string.h>

enum { kCounters = 3, kSides = 2, kSmallResult = 256 };

/* What one of two successive runs has for itself. */
typedef struct {
  cu_pointer_t block;  /* on the GPU: the inputs, then the counters */
  uint8_t *staging;    /* the same in host memory that the GPU reads by itself */
  uint8_t *results;    /* there, too: the small outputs */
  cu_pointer_t *args;  /* of all launches, each followed by scratch */
  cu_handle_t graph;   /* ready to launch, or null */
  cu_handle_t arrived; /* event: the block has been copied */
  cu_handle_t done;    /* event: the launches and the copies of results, too */
  uint64_t runs;
} side_t;

typedef struct {
  side_t sides[kSides];
  uint64_t *offsets; /* of the inputs in the block, then of the counters, then its size */
  uint64_t runs;
} device_entry_t;

struct gradus_device_t {
  const gradus_cuda_t *cuda;
  const gradus_model_t *model;
  cu_device_t device;
  cu_handle_t context, module;
  cu_handle_t stream, uploads; /* where launches run, where inputs travel */
  cu_pointer_t variables, arena, scratch;
  device_entry_t entries[GRADUS_ENTRY_COUNT];
  cu_handle_t *launches[GRADUS_ENTRY_COUNT]; /* the function of each launch */
  char name[128];
};

static const char *text_of(const gradus_device_t *d, cu_result_t result) {
  const char *text = NULL;
  return !d->cuda->error_text(result, &text) && text ? text : "unknown error";
}

static int fail(const gradus_device_t *d, const char *what, cu_result_t result, gradus_error_t *error) {
  return gradus_fail(error, "%s: %s (CUDA error %d)", what, text_of(d, result), result);
}

static int alloc(gradus_device_t *d, cu_pointer_t *out, uint64_t bytes, const char *what, gradus_error_t *error) {
  cu_result_t rc = d->cuda->alloc(out, bytes ? bytes : 64);
  if (rc == CU_OUT_OF_MEMORY)
    return gradus_fail(error, "GPU %s has no room for %llu bytes of %s; use a smaller batch or a smaller model",
                       d->name, (unsigned long long)bytes, what);
  return rc ? fail(d, "memory of the GPU", rc, error) : 0;
}

static int open_gpu(gradus_device_t *d, gradus_error_t *error) {
  cu_result_t rc = d->cuda->init(0);
  int count = 0, major = 0, minor = 0;
  if (!rc)
    rc = d->cuda->device_count(&count);
  if (rc == CU_NO_DEVICE || (!rc && !count))
    return gradus_fail(error, "the driver finds no NVIDIA GPU on this machine");
  if (rc || (rc = d->cuda->device_get(&d->device, 0)) ||
      (rc = d->cuda->device_name(d->name, sizeof d->name, d->device)) ||
      (rc = d->cuda->device_attribute(&major, CU_ATTRIBUTE_CAPABILITY_MAJOR, d->device)) ||
      (rc = d->cuda->device_attribute(&minor, CU_ATTRIBUTE_CAPABILITY_MINOR, d->device)))
    return fail(d, "the GPU could not be opened", rc, error);
  int wanted = atoi(d->model->gpu + 3);
  size_t length = strlen(d->model->gpu);
  /* sm_90a runs on 9.0 alone, sm_100f on 10.x. */
  char suffix = length ? d->model->gpu[length - 1] : 0;
  if (10 * major + minor < wanted || (suffix == 'a' && 10 * major + minor != wanted) ||
      (suffix == 'f' && major != wanted / 10))
    return gradus_fail(error, "the kernels are for %s, and GPU %s is an sm_%d%d; compile with --gpu sm_%d%d",
                       d->model->gpu, d->name, major, minor, major, minor);
  if ((rc = d->cuda->context_retain(&d->context, d->device)) || (rc = d->cuda->context_set(d->context)) ||
      (rc = d->cuda->stream_create(&d->stream, CU_STREAM_NON_BLOCKING)) ||
      (rc = d->cuda->stream_create(&d->uploads, CU_STREAM_NON_BLOCKING)))
    return fail(d, "the GPU could not be opened", rc, error);
  return 0;
}

static int load_kernels(gradus_device_t *d, gradus_error_t *error) {
  char log[512] = "";
  int options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_BYTES}, version = 0;
  void *values[] = {log, (void *)sizeof log};
  /* Machine code, if there is any and the driver takes it; else the driver compiles
   * the PTX, and keeps the result in a cache of its own. */
  cu_result_t rc = -1;
  if (d->model->cubin)
    rc = d->cuda->module_load(&d->module, d->model->cubin, 0, NULL, NULL);
  if (rc)
    rc = d->cuda->module_load(&d->module, d->model->ptx, 2, options, values);
  if (rc == CU_UNSUPPORTED_PTX_VERSION) {
    d->cuda->driver_version(&version);
    return gradus_fail(error,
                       "the driver, of CUDA %d.%d, is older than the kernels; install a newer one, or compile for an "
                       "older GPU (--gpu sm_80)",
                       version / 1000, version % 1000 / 10);
  }
  if (rc)
    return gradus_fail(error, "the driver refuses the kernels: %s (CUDA error %d) %s", text_of(d, rc), rc, log);
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const gradus_entry_t *entry = d->model->entries[e];
    if (!entry)
      continue;
    if (!(d->launches[e] = calloc(entry->launch_count + 1, sizeof(cu_handle_t))))
      return gradus_fail(error, "out of memory");
    for (uint64_t l = 0; l < entry->launch_count; ++l) {
      const gradus_kernel_t *kernel = entry->launches[l].kernel;
      if ((rc = d->cuda->module_function(&d->launches[e][l], d->module, kernel->symbol)))
        return gradus_fail(error, "kernel %s: %s (CUDA error %d)", kernel->name, text_of(d, rc), rc);
      if (kernel->shared_bytes && (rc = d->cuda->function_set(d->launches[e][l], CU_FUNCTION_MOST_DYNAMIC_SHARED_BYTES,
                                                              (int)kernel->shared_bytes)))
        return gradus_fail(error, "kernel %s needs %llu bytes of shared memory, more than GPU %s has (CUDA error %d)",
                           kernel->name, (unsigned long long)kernel->shared_bytes, d->name, rc);
    }
  }
  return 0;
}

static cu_pointer_t resolve(const gradus_device_t *d, int e, int side, const gradus_slot_t *slot) {
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

static int host_alloc(gradus_device_t *d, uint8_t **out, uint64_t bytes, gradus_error_t *error) {
  cu_result_t rc = d->cuda->host_alloc((void **)out, bytes, 0);
  return rc ? fail(d, "memory for copies to the GPU", rc, error) : 0;
}

static int prepare_side(gradus_device_t *d, int e, int side, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  side_t *s = &d->entries[e].sides[side];
  uint64_t bytes = d->entries[e].offsets[entry->input_count + 1], args = 0;
  for (uint64_t l = 0; l < entry->launch_count; ++l)
    args += entry->launches[l].arg_count + 1;
  if (!(s->args = calloc(args + 1, sizeof(cu_pointer_t))))
    return gradus_fail(error, "out of memory");
  if (alloc(d, &s->block, bytes, "inputs", error) || host_alloc(d, &s->staging, bytes, error) ||
      host_alloc(d, &s->results, kSmallResult * (entry->output_count + 1), error))
    return -1;
  cu_result_t rc = d->cuda->event_create(&s->arrived, CU_EVENT_DISABLE_TIMING);
  if (rc || (rc = d->cuda->event_create(&s->done, CU_EVENT_DISABLE_TIMING)))
    return fail(d, "the GPU could not be opened", rc, error);
  cu_pointer_t *arg = s->args;
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    for (uint64_t a = 0; a < entry->launches[l].arg_count; ++a)
      *arg++ = resolve(d, e, side, &entry->launches[l].args[a]);
    *arg++ = d->scratch;
  }
  return 0;
}

static int prepare_entry(gradus_device_t *d, int e, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  uint64_t *offsets = d->entries[e].offsets = calloc(entry->input_count + 2, sizeof *offsets);
  if (!offsets)
    return gradus_fail(error, "out of memory");
  for (uint64_t i = 0; i <= entry->input_count; ++i)
    offsets[i + 1] =
        offsets[i] +
        ((i < entry->input_count ? entry->inputs[i].bytes : kCounters * sizeof(int64_t)) + 255) / 256 * 256;
  for (int side = 0; side < kSides; ++side)
    if (prepare_side(d, e, side, error))
      return -1;
  return 0;
}

int gradus_device_create(const gradus_model_t *model, uint64_t arena_bytes, uint64_t scratch_bytes,
                         gradus_device_t **out, gradus_error_t *error) {
  *out = NULL;
  gradus_device_t *d = calloc(1, sizeof *d);
  if (!d)
    return gradus_fail(error, "out of memory");
  d->model = model;
  int rc = gradus_cuda_load(&d->cuda, error);
  if (rc) {
    free(d);
    return rc;
  }
  if (open_gpu(d, error) || load_kernels(d, error) ||
      alloc(d, &d->variables, model->variables_bytes, "parameters and optimizer state", error) ||
      alloc(d, &d->arena, arena_bytes, "activations", error) ||
      alloc(d, &d->scratch, scratch_bytes, "temporaries", error))
    rc = -1;
  for (int e = 0; !rc && e < GRADUS_ENTRY_COUNT; ++e)
    if (model->entries[e])
      rc = prepare_entry(d, e, error);
  if (rc)
    gradus_device_destroy(d);
  else
    *out = d;
  return rc;
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

void gradus_device_destroy(gradus_device_t *d) {
  if (!d)
    return;
  const gradus_cuda_t *cuda = d->cuda;
  if (d->context)
    cuda->context_set(d->context);
  const cu_handle_t streams[] = {d->uploads, d->stream};
  for (int i = 0; i < 2; ++i)
    if (streams[i])
      cuda->stream_wait(streams[i]);
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    for (int side = 0; side < kSides; ++side)
      destroy_side(cuda, &d->entries[e].sides[side]);
    free(d->entries[e].offsets);
    free(d->launches[e]);
  }
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

/* A context is current per thread, and a session may move between threads. */
static int enter(gradus_device_t *d, gradus_error_t *error) {
  cu_result_t rc = d->cuda->context_set(d->context);
  return rc ? fail(d, "the GPU's context", rc, error) : 0;
}

static int wait_for(gradus_device_t *d, gradus_error_t *error) {
  cu_result_t rc = d->cuda->stream_wait(d->stream);
  return rc ? fail(d, "the GPU stopped", rc, error) : 0;
}

int gradus_device_upload(gradus_device_t *d, const void *variables, gradus_error_t *error) {
  if (enter(d, error))
    return -1;
  cu_result_t rc = d->cuda->upload(d->variables, variables, d->model->variables_bytes, d->stream);
  return rc ? fail(d, "copying to the GPU", rc, error) : wait_for(d, error);
}

int gradus_device_download(gradus_device_t *d, void *variables, gradus_error_t *error) {
  if (enter(d, error))
    return -1;
  cu_result_t rc = d->cuda->download(variables, d->variables, d->model->variables_bytes, d->stream);
  return rc ? fail(d, "copying from the GPU", rc, error) : wait_for(d, error);
}

/* The side of the last run. */
static int last_side(const device_entry_t *prepared, int age) {
  return (int)((prepared->runs - 1 - (uint64_t)age) % kSides);
}

int gradus_device_read(gradus_device_t *d, int e, const gradus_slot_t *slot, void *to, uint64_t bytes,
                       gradus_error_t *error) {
  if (enter(d, error))
    return -1;
  cu_result_t rc = d->cuda->download(to, resolve(d, e, last_side(&d->entries[e], 0), slot), bytes, d->stream);
  return rc ? fail(d, "copying from the GPU", rc, error) : wait_for(d, error);
}

int gradus_device_result(gradus_device_t *d, int e, uint64_t index, int age, const void **out, gradus_error_t *error) {
  const side_t *s = &d->entries[e].sides[last_side(&d->entries[e], age)];
  *out = NULL;
  if (d->model->entries[e]->outputs[index].bytes > kSmallResult)
    return 0;
  if (enter(d, error))
    return -1;
  cu_result_t rc = d->cuda->event_wait(s->done);
  *out = s->results + kSmallResult * index;
  return rc ? fail(d, "the GPU stopped", rc, error) : 0;
}

static int launch_all(gradus_device_t *d, int e, int side, double *seconds, gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  side_t *s = &d->entries[e].sides[side];
  cu_pointer_t *args = s->args;
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    const gradus_launch_t *launch = &entry->launches[l];
    const gradus_kernel_t *kernel = launch->kernel;
    void *params[512]; /* 4 KiB of arguments is what CUDA passes */
    if (launch->arg_count + 1 > sizeof params / sizeof *params)
      return gradus_fail(error, "kernel %s takes more than %zu buffers", kernel->name, sizeof params / sizeof *params);
    for (uint64_t a = 0; a <= launch->arg_count; ++a)
      params[a] = args++;
    double start = seconds ? gradus_seconds() : 0;
    cu_result_t rc = d->cuda->launch(d->launches[e][l], (unsigned)kernel->units, 1, 1, (unsigned)kernel->threads, 1, 1,
                                     (unsigned)kernel->shared_bytes, d->stream, params, NULL);
    if (!rc && seconds) {
      rc = d->cuda->stream_wait(d->stream);
      seconds[l] += gradus_seconds() - start;
    }
    if (rc)
      return gradus_fail(error, "%s%skernel %s: %s (CUDA error %d)", kernel->location, *kernel->location ? ": " : "",
                         kernel->name, text_of(d, rc), rc);
  }
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    if (entry->outputs[i].bytes > kSmallResult)
      continue;
    cu_result_t rc = d->cuda->download(s->results + kSmallResult * i, resolve(d, e, side, &entry->output_slots[i]),
                                       entry->outputs[i].bytes, d->stream);
    if (rc)
      return fail(d, "copying from the GPU", rc, error);
  }
  return 0;
}

/* Records the launches of an entry point as a graph. */
static int record(gradus_device_t *d, int e, int side, gradus_error_t *error) {
  cu_handle_t graph = NULL;
  cu_result_t rc = d->cuda->capture_begin(d->stream, CU_CAPTURE_THREAD_LOCAL);
  if (rc)
    return fail(d, "recording a graph", rc, error);
  int launched = launch_all(d, e, side, NULL, error);
  rc = d->cuda->capture_end(d->stream, &graph);
  if (!launched && !rc)
    rc = d->cuda->graph_instantiate(&d->entries[e].sides[side].graph, graph, 0);
  if (graph)
    d->cuda->graph_destroy(graph);
  if (launched)
    return -1;
  return rc ? fail(d, "recording a graph", rc, error) : 0;
}

/* Copies inputs and counters to a side, as soon as the run before the last, which
 * had it, lets go of them; the launches wait for the copy. */
static int send(gradus_device_t *d, int e, side_t *s, void *const *inputs, const int64_t *counters,
                gradus_error_t *error) {
  const gradus_entry_t *entry = d->model->entries[e];
  const uint64_t *offsets = d->entries[e].offsets;
  cu_result_t rc = s->runs ? d->cuda->event_wait(s->arrived) : 0;
  if (rc)
    return fail(d, "the GPU stopped", rc, error);
  for (uint64_t i = 0; i < entry->input_count; ++i)
    memcpy(s->staging + offsets[i], inputs[i], entry->inputs[i].bytes);
  memcpy(s->staging + offsets[entry->input_count], counters, kCounters * sizeof *counters);
  if ((s->runs++ && (rc = d->cuda->stream_wait_event(d->uploads, s->done, 0))) ||
      (rc = d->cuda->upload(s->block, s->staging, offsets[entry->input_count + 1], d->uploads)) ||
      (rc = d->cuda->event_record(s->arrived, d->uploads)) ||
      (rc = d->cuda->stream_wait_event(d->stream, s->arrived, 0)))
    return fail(d, "copying to the GPU", rc, error);
  return 0;
}

int gradus_device_run(gradus_device_t *d, int e, void *const *inputs, const int64_t *counters, double *seconds,
                      gradus_error_t *error) {
  device_entry_t *prepared = &d->entries[e];
  int side = (int)(prepared->runs++ % kSides);
  side_t *s = &prepared->sides[side];
  if (enter(d, error) || send(d, e, s, inputs, counters, error))
    return -1;
  /* Two runs without a graph find mistakes at their kernel. */
  if (seconds || s->runs == 1) {
    if (launch_all(d, e, side, seconds, error))
      return -1;
  } else {
    if (!s->graph && record(d, e, side, error))
      return -1;
    cu_result_t rc = d->cuda->graph_launch(s->graph, d->stream);
    if (rc)
      return fail(d, "starting a step", rc, error);
  }
  cu_result_t rc = d->cuda->event_record(s->done, d->stream);
  return rc ? fail(d, "starting a step", rc, error) : 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fake_cuda.c - A stand-in for NVIDIA's driver, to test the CUDA runtime without
 * a GPU: memory is the host's, and kernels run in the simulator.
 *
 * Streams are as lazy as they may be: what is put into one runs when something
 * waits for it, and not before. A wait that is missing shows as wrong results.
 *
 * FAKE_CUDA_KERNELS names the same model compiled as a shared library with
 * --simulate, FAKE_CUDA_MODEL the model; launches look kernels up there by their
 * names in the PTX.
 * FAKE_CUDA_FAULT makes it fail: no-gpu, old-driver, no-memory, other-gpu,
 * other-code, or lost=N, at the N-th launch or graph.
 */
#include "gradus/model_abi.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t pointer_t;
enum { kMaxOps = 4096, kMaxParams = 512, kMaxPinned = 64 };

typedef struct op op_t;
typedef struct stream {
  op_t *ops;
  int64_t added, done;
} stream_t;
typedef struct {
  stream_t *stream;
  int64_t position; /* of the last record in it */
} event_t;
struct op {
  enum { COPY, LAUNCH, GRAPH, WAIT } kind;
  void *to;
  const void *from;
  size_t bytes;
  const gradus_kernel_t *kernel;
  int64_t blocks;
  void **args;
  const stream_t *graph;
  event_t event; /* as it was when the wait was put in */
};

static _Thread_local void *current; /* context */
static const gradus_model_t *model;
static stream_t *capture; /* being recorded, or null */
static int started;
static struct {
  const char *begin, *end;
} pinned[kMaxPinned];

static int fault(const char *name) {
  const char *wanted = getenv("FAKE_CUDA_FAULT");
  return wanted && !strcmp(wanted, name);
}
static int lost(void) {
  const char *wanted = getenv("FAKE_CUDA_FAULT");
  return wanted && !strncmp(wanted, "lost=", 5) && ++started >= atoi(wanted + 5);
}

/*===- Streams ----------------------------------------------------------===*/

static void run_until(stream_t *stream, int64_t position);

static void run(const op_t *op) {
  switch (op->kind) {
  case COPY:
    memcpy(op->to, op->from, op->bytes);
    break;
  case LAUNCH:
    op->kernel->function(op->args, 0, op->blocks, op->args[kMaxParams - 1]);
    break;
  case GRAPH:
    for (int64_t i = 0; i < op->graph->added; ++i)
      run(&op->graph->ops[i]);
    break;
  case WAIT:
    if (op->event.stream)
      run_until(op->event.stream, op->event.position);
  }
}

static void run_until(stream_t *stream, int64_t position) {
  while (stream->done < position) {
    op_t *op = &stream->ops[stream->done++ % kMaxOps];
    run(op);
    if (op->kind == LAUNCH)
      free(op->args);
  }
}

static stream_t *new_stream(void) {
  stream_t *stream = calloc(1, sizeof *stream);
  stream->ops = calloc(kMaxOps, sizeof *stream->ops);
  return stream;
}

static int add(stream_t *stream, op_t op) {
  if (!current)
    return 201;
  stream_t *to = capture ? capture : stream;
  if (to->added - to->done == kMaxOps)
    run_until(to, to->added);
  to->ops[to->added++ % kMaxOps] = op;
  return stream ? 0 : 1;
}

int cuStreamCreate(void **stream, unsigned flags) { return *stream = new_stream(), flags == 1 ? 0 : 1; }
int cuStreamSynchronize(void *stream) { return run_until(stream, ((stream_t *)stream)->added), 0; }
int cuStreamDestroy_v2(void *stream) { return free(((stream_t *)stream)->ops), free(stream), 0; }
int cuStreamWaitEvent(void *stream, void *event, unsigned flags) {
  return flags ? 1 : add(stream, (op_t){.kind = WAIT, .event = *(event_t *)event});
}
int cuEventCreate(void **event, unsigned flags) { return *event = calloc(1, sizeof(event_t)), flags == 2 ? 0 : 1; }
int cuEventDestroy_v2(void *event) { return free(event), 0; }
int cuEventRecord(void *event, void *stream) {
  return *(event_t *)event = (event_t){stream, ((stream_t *)stream)->added}, 0;
}
int cuEventSynchronize(void *event) {
  event_t *e = event;
  if (e->stream)
    run_until(e->stream, e->position);
  return 0;
}

int cuStreamBeginCapture_v2(void *stream, int mode) { return capture = new_stream(), stream && mode == 1 ? 0 : 1; }
int cuStreamEndCapture(void *stream, void **graph) {
  *graph = capture;
  capture = NULL;
  return stream ? 0 : 1;
}
int cuGraphInstantiateWithFlags(void **executable, void *graph, unsigned long long flags) {
  return *executable = graph, (int)flags;
}
int cuGraphLaunch(void *executable, void *stream) {
  return lost() ? 719 : add(stream, (op_t){.kind = GRAPH, .graph = executable});
}
int cuGraphExecDestroy(void *executable) { return executable ? 0 : 1; }
int cuGraphDestroy(void *graph) { return graph ? 0 : 1; }

/*===- Memory -----------------------------------------------------------===*/

int cuMemAlloc_v2(pointer_t *pointer, size_t bytes) {
  if (fault("no-memory") && bytes > 10000)
    return 2;
  *pointer = (pointer_t)(uintptr_t)aligned_alloc(256, (bytes + 255) / 256 * 256);
  return *pointer ? 0 : 2;
}
int cuMemFree_v2(pointer_t pointer) { return free((void *)(uintptr_t)pointer), 0; }
int cuMemHostAlloc(void **pointer, size_t bytes, unsigned flags) {
  char *block = aligned_alloc(256, (bytes + 255) / 256 * 256);
  for (int i = 0; i < kMaxPinned; ++i)
    if (!pinned[i].begin) {
      pinned[i].begin = block;
      pinned[i].end = block + bytes;
      return *pointer = block, (int)flags;
    }
  return 2;
}
int cuMemFreeHost(void *pointer) {
  for (int i = 0; i < kMaxPinned; ++i)
    if (pinned[i].begin == pointer)
      pinned[i].begin = NULL;
  return free(pointer), 0;
}

/* A copy from or to memory that is not pinned is over when the call returns. */
static int copy(void *to, const void *from, size_t bytes, const char *host, stream_t *stream) {
  int lazy = 0;
  for (int i = 0; i < kMaxPinned; ++i)
    lazy |= pinned[i].begin && host >= pinned[i].begin && host + bytes <= pinned[i].end;
  if (!lazy && capture)
    return 900;
  int rc = add(stream, (op_t){.kind = COPY, .to = to, .from = from, .bytes = bytes});
  if (!lazy && !rc)
    run_until(stream, stream->added);
  return rc;
}
int cuMemcpyHtoDAsync_v2(pointer_t to, const void *from, size_t bytes, void *stream) {
  return copy((void *)(uintptr_t)to, from, bytes, from, stream);
}
int cuMemcpyDtoHAsync_v2(void *to, pointer_t from, size_t bytes, void *stream) {
  return copy(to, (const void *)(uintptr_t)from, bytes, to, stream);
}

/*===- Device and kernels -----------------------------------------------===*/

int cuInit(unsigned flags) { return flags ? 1 : fault("no-gpu") ? 100 : 0; }
int cuDriverGetVersion(int *version) { return *version = 11080, 0; }
int cuDeviceGetCount(int *count) { return *count = 1, 0; }
int cuDeviceGet(int *device, int ordinal) { return *device = ordinal, 0; }
int cuDeviceGetName(char *name, int bytes, int device) {
  (void)device;
  return snprintf(name, (size_t)bytes, "Fake"), 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)device;
  *value = attribute == 75 ? (fault("other-gpu") ? 7 : 8) : 0;
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) { return (void)device, *context = &model, 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { return (void)device, 0; }
int cuCtxSetCurrent(void *context) { return current = context, 0; }

int cuModuleLoadDataEx(void **module, const void *image, unsigned count, int *options, void **values) {
  (void)count, (void)options, (void)values;
  if (fault("old-driver"))
    return 222;
  int cubin = !memcmp(image, "\177ELF", 4);
  if (cubin && fault("other-code"))
    return 209;
  if (!cubin && !strstr(image, ".target sm_80"))
    return 218;
  if (getenv("FAKE_CUDA_SAY"))
    fprintf(stderr, "fake_cuda: %s\n", cubin ? "machine code" : "PTX");
  void *library = dlopen(getenv("FAKE_CUDA_KERNELS"), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "fake_cuda: %s\n", dlerror());
    return 999;
  }
  char name[128];
  snprintf(name, sizeof name, "%s_query", getenv("FAKE_CUDA_MODEL"));
  gradus_query_fn_t query = (gradus_query_fn_t)dlsym(library, name);
  if (!query) {
    fprintf(stderr, "fake_cuda: %s\n", dlerror());
    return 999;
  }
  model = query(GRADUS_ABI_VERSION);
  *module = library;
  return model ? 0 : 999;
}
int cuModuleUnload(void *module) { return module ? 0 : 1; }
int cuModuleGetFunction(void **function, void *module, const char *name) {
  (void)module;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    for (uint64_t l = 0; model->entries[e] && l < model->entries[e]->launch_count; ++l)
      if (!strcmp(model->entries[e]->launches[l].kernel->symbol, name)) {
        *function = (void *)&model->entries[e]->launches[l];
        return 0;
      }
  return 500; /* not found */
}

static unsigned most_shared;
int cuFuncSetAttribute(void *function, int attribute, int value) {
  if (!function || attribute != 8 || value > 163 << 10)
    return 1;
  return most_shared = (unsigned)value, 0;
}

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **params, void **extra) {
  const gradus_launch_t *launch = function;
  if (gy != 1 || gz != 1 || by != 1 || bz != 1 || shared > most_shared || extra ||
      bx != (unsigned)launch->kernel->threads || gx != (unsigned)launch->kernel->units)
    return 1;
  if (!capture && lost())
    return 719;
  op_t op = {.kind = LAUNCH, .kernel = launch->kernel, .blocks = gx, .args = calloc(kMaxParams, sizeof(void *))};
  for (uint64_t a = 0; a < launch->arg_count; ++a)
    op.args[a] = (void *)(uintptr_t)*(pointer_t *)params[a];
  op.args[kMaxParams - 1] = (void *)(uintptr_t)*(pointer_t *)params[launch->arg_count];
  return add(stream, op);
}

int cuGetErrorString(int result, const char **text) {
  *text = result == 719 ? "unspecified launch failure" : result == 218 ? "a PTX JIT compilation failed" : "fake error";
  return 0;
}

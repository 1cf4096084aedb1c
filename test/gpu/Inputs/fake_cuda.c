/* fake_cuda.c - A stand-in for NVIDIA's driver, to test the CUDA runtime without
 * a GPU: memory is the host's, and kernels run in the simulator.
 *
 * FAKE_CUDA_KERNELS names the same model compiled as a shared library with
 * --simulate; launches look kernels up there by their names in the PTX.
 * FAKE_CUDA_FAULT makes it fail: no-gpu, old-driver, no-memory, other-gpu, or
 * lost=N, at the N-th launch or graph.
 */
#include "gradus/model_abi.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t pointer_t;
enum { kMostLaunches = 4096, kMostParams = 64 };

typedef struct {
  const gradus_kernel_t *kernel;
  int64_t blocks;
  void *args[kMostParams];
} launch_t;
typedef struct {
  launch_t *launches;
  int count;
} graph_t;

static _Thread_local void *current; /* context */
static const gradus_model_t *model;
static graph_t *capture; /* being recorded, or null */
static int started;

static int fault(const char *name) {
  const char *wanted = getenv("FAKE_CUDA_FAULT");
  return wanted && !strcmp(wanted, name);
}
static int lost(void) {
  const char *wanted = getenv("FAKE_CUDA_FAULT");
  return wanted && !strncmp(wanted, "lost=", 5) && ++started >= atoi(wanted + 5);
}

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
  if (!strstr(image, ".target sm_80"))
    return 218;
  void *library = dlopen(getenv("FAKE_CUDA_KERNELS"), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "fake_cuda: %s\n", dlerror());
    return 999;
  }
  const gradus_model_t *(*query)(uint32_t) = (const gradus_model_t *(*)(uint32_t))dlsym(library, "gradus_model_query");
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

int cuMemAlloc_v2(pointer_t *pointer, size_t bytes) {
  if (fault("no-memory") && bytes > 10000)
    return 2;
  *pointer = (pointer_t)(uintptr_t)aligned_alloc(256, (bytes + 255) / 256 * 256);
  return *pointer ? 0 : 2;
}
int cuMemFree_v2(pointer_t pointer) { return free((void *)(uintptr_t)pointer), 0; }
int cuMemcpyHtoDAsync_v2(pointer_t to, const void *from, size_t bytes, void *stream) {
  return current ? memcpy((void *)(uintptr_t)to, from, bytes), stream ? 0 : 1 : 201;
}
int cuMemcpyDtoHAsync_v2(void *to, pointer_t from, size_t bytes, void *stream) {
  return current ? memcpy(to, (const void *)(uintptr_t)from, bytes), stream ? 0 : 1 : 201;
}
int cuStreamCreate(void **stream, unsigned flags) { return (void)flags, *stream = &started, 0; }
int cuStreamDestroy_v2(void *stream) { return stream ? 0 : 1; }
int cuStreamSynchronize(void *stream) { return stream ? 0 : 1; }

static void run(const launch_t *l) {
  void *scratch = l->args[kMostParams - 1];
  l->kernel->function(l->args, 0, l->blocks, scratch);
}

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **params, void **extra) {
  const gradus_launch_t *launch = function;
  if (gy != 1 || gz != 1 || by != 1 || bz != 1 || shared > most_shared || !stream || extra ||
      bx != (unsigned)launch->kernel->threads || gx != (unsigned)launch->kernel->units)
    return 1;
  if (!capture && lost())
    return 719;
  launch_t l = {launch->kernel, gx, {0}};
  for (uint64_t a = 0; a < launch->arg_count; ++a)
    l.args[a] = (void *)(uintptr_t)*(pointer_t *)params[a];
  l.args[kMostParams - 1] = (void *)(uintptr_t)*(pointer_t *)params[launch->arg_count];
  if (capture)
    capture->launches[capture->count++] = l;
  else
    run(&l);
  return 0;
}

int cuStreamBeginCapture_v2(void *stream, int mode) {
  (void)mode;
  capture = calloc(1, sizeof *capture);
  capture->launches = calloc(kMostLaunches, sizeof *capture->launches);
  return stream ? 0 : 1;
}
int cuStreamEndCapture(void *stream, void **graph) {
  *graph = capture;
  capture = NULL;
  return stream ? 0 : 1;
}
int cuGraphInstantiateWithFlags(void **executable, void *graph, unsigned long long flags) {
  return *executable = graph, (int)flags;
}
int cuGraphLaunch(void *executable, void *stream) {
  const graph_t *graph = executable;
  if (lost())
    return 719;
  for (int i = 0; i < graph->count; ++i)
    run(&graph->launches[i]);
  return stream ? 0 : 1;
}
int cuGraphExecDestroy(void *executable) { return executable ? 0 : 1; }
int cuGraphDestroy(void *graph) { return graph ? 0 : 1; }
int cuGetErrorString(int result, const char **text) {
  *text = result == 719 ? "unspecified launch failure" : result == 218 ? "a PTX JIT compilation failed" : "fake error";
  return 0;
}

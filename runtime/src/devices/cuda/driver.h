//===- driver.h - The CUDA driver, found when a program starts ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Nothing of CUDA is needed to build or to link: the functions below are looked up
// in libcuda.so.1. Types and numbers are those of NVIDIA's driver API.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DEVICES_CUDA_DRIVER_H
#define GRADUS_DEVICES_CUDA_DRIVER_H

#include "base/error.h"

/// 0 is success.
typedef int cu_result_t;
/// A GPU of this machine.
typedef int cu_device_t;
/// An address on a GPU.
typedef uint64_t cu_pointer_t;
/// A context, module, function, stream, event or graph.
typedef void *cu_handle_t;

/// Numbers of the driver API.
enum {
  CU_OUT_OF_MEMORY = 2,
  CU_NO_DEVICE = 100,
  CU_UNSUPPORTED_PTX_VERSION = 222,
  CU_ATTRIBUTE_CAPABILITY_MAJOR = 75,
  CU_ATTRIBUTE_CAPABILITY_MINOR = 76,
  CU_JIT_ERROR_LOG_BUFFER = 5,
  CU_JIT_ERROR_LOG_BUFFER_BYTES = 6,
  CU_CAPTURE_THREAD_LOCAL = 1,
  CU_FUNCTION_MAX_DYNAMIC_SHARED_BYTES = 8,
  CU_STREAM_NON_BLOCKING = 1,
  CU_EVENT_DISABLE_TIMING = 2,
};

/// The functions: X(field of gradus_cuda_t, name in the library, arguments).
#define GRADUS_CUDA_FUNCTIONS(X)                                                                                       \
  X(init, "cuInit", (unsigned flags))                                                                                  \
  X(driver_version, "cuDriverGetVersion", (int *version))                                                              \
  X(device_count, "cuDeviceGetCount", (int *count))                                                                    \
  X(device_get, "cuDeviceGet", (cu_device_t * device, int ordinal))                                                    \
  X(device_name, "cuDeviceGetName", (char *name, int bytes, cu_device_t device))                                       \
  X(device_attribute, "cuDeviceGetAttribute", (int *value, int attribute, cu_device_t device))                         \
  X(context_retain, "cuDevicePrimaryCtxRetain", (cu_handle_t * context, cu_device_t device))                           \
  X(context_release, "cuDevicePrimaryCtxRelease_v2", (cu_device_t device))                                             \
  X(context_set, "cuCtxSetCurrent", (cu_handle_t context))                                                             \
  X(module_load, "cuModuleLoadDataEx",                                                                                 \
    (cu_handle_t * module, const void *image, unsigned count, int *options, void **values))                            \
  X(module_unload, "cuModuleUnload", (cu_handle_t module))                                                             \
  X(module_function, "cuModuleGetFunction", (cu_handle_t * function, cu_handle_t module, const char *name))            \
  X(function_set, "cuFuncSetAttribute", (cu_handle_t function, int attribute, int value))                              \
  X(alloc, "cuMemAlloc_v2", (cu_pointer_t * pointer, size_t bytes))                                                    \
  X(release, "cuMemFree_v2", (cu_pointer_t pointer))                                                                   \
  X(upload, "cuMemcpyHtoDAsync_v2", (cu_pointer_t to, const void *from, size_t bytes, cu_handle_t stream))             \
  X(download, "cuMemcpyDtoHAsync_v2", (void *to, cu_pointer_t from, size_t bytes, cu_handle_t stream))                 \
  X(host_alloc, "cuMemHostAlloc", (void **pointer, size_t bytes, unsigned flags))                                      \
  X(host_release, "cuMemFreeHost", (void *pointer))                                                                    \
  X(event_create, "cuEventCreate", (cu_handle_t * event, unsigned flags))                                              \
  X(event_destroy, "cuEventDestroy_v2", (cu_handle_t event))                                                           \
  X(event_record, "cuEventRecord", (cu_handle_t event, cu_handle_t stream))                                            \
  X(event_wait, "cuEventSynchronize", (cu_handle_t event))                                                             \
  X(stream_wait_event, "cuStreamWaitEvent", (cu_handle_t stream, cu_handle_t event, unsigned flags))                   \
  X(stream_create, "cuStreamCreate", (cu_handle_t * stream, unsigned flags))                                           \
  X(stream_destroy, "cuStreamDestroy_v2", (cu_handle_t stream))                                                        \
  X(stream_wait, "cuStreamSynchronize", (cu_handle_t stream))                                                          \
  X(launch, "cuLaunchKernel",                                                                                          \
    (cu_handle_t function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,               \
     unsigned shared, cu_handle_t stream, void **params, void **extra))                                                \
  X(capture_begin, "cuStreamBeginCapture_v2", (cu_handle_t stream, int mode))                                          \
  X(capture_end, "cuStreamEndCapture", (cu_handle_t stream, cu_handle_t * graph))                                      \
  X(graph_instantiate, "cuGraphInstantiateWithFlags",                                                                  \
    (cu_handle_t * executable, cu_handle_t graph, unsigned long long flags))                                           \
  X(graph_launch, "cuGraphLaunch", (cu_handle_t executable, cu_handle_t stream))                                       \
  X(graph_executable_destroy, "cuGraphExecDestroy", (cu_handle_t executable))                                          \
  X(graph_destroy, "cuGraphDestroy", (cu_handle_t graph))                                                              \
  X(error_text, "cuGetErrorString", (cu_result_t result, const char **text))

/// The functions that are used.
typedef struct {
#define GRADUS_FUNCTION(field, name, arguments) cu_result_t(*field) arguments;
  GRADUS_CUDA_FUNCTIONS(GRADUS_FUNCTION)
#undef GRADUS_FUNCTION
} gradus_cuda_t;

/// Finds the driver and its functions; the message says what to do without one. The
/// driver stays loaded as long as the process runs.
int gradus_cuda_load(gradus_cuda_t *out, gradus_error_t *error);

#endif

//===- device.h - A model's memory and launches on a GPU ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What create.c builds and run.c uses.
//
// Parameters and optimizer state live on the GPU, and so does one arena. A run
// copies the inputs and the counters on one stream, then starts the launches in
// order on another. They never change, so that they are recorded as a CUDA graph,
// and later runs start that with one call.
//
// What the host fills and reads exists twice, once for odd and once for even runs:
// while the GPU works on one, the host fills the other.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DEVICES_CUDA_DEVICE_H
#define GRADUS_DEVICES_CUDA_DEVICE_H

#include "devices/cuda/driver.h"
#include "devices/device.h"

enum { kCounters = 3, kSides = 2 };

/// What one of two successive runs has for itself.
typedef struct {
  cu_pointer_t block;  ///< on the GPU: the inputs, then the counters
  uint8_t *staging;    ///< the same in host memory that the GPU reads by itself
  uint8_t *results;    ///< there, too: the outputs of at most GRADUS_SMALL_OUTPUT bytes
  cu_pointer_t *args;  ///< of all launches, each followed by scratch
  cu_handle_t graph;   ///< ready to launch, or null
  cu_handle_t arrived; ///< event: the block has been copied
  cu_handle_t done;    ///< event: the launches and the copies of results, too
  uint64_t runs;       ///< that used this side
} side_t;

/// An entry point on the GPU.
typedef struct {
  side_t sides[kSides];
  uint64_t *offsets;     ///< of the inputs in the block, then of the counters, then its size
  cu_handle_t *launches; ///< the function of each launch
  void **inputs;         ///< of the last run; where outputs that are inputs are
  void **large;          ///< host memory for the other outputs, once asked for
  uint64_t runs;
} device_entry_t;

/// A GPU with a model loaded on it. Owns its context, streams and memory.
typedef struct {
  gradus_device_t base;
  gradus_cuda_t cuda;
  const gradus_model_t *model;
  cu_device_t device;
  cu_handle_t context, module;
  cu_handle_t stream, uploads; ///< where launches run, where inputs travel
  cu_pointer_t variables, arena, scratch;
  device_entry_t entries[GRADUS_ENTRY_COUNT];
  char name[128]; ///< of the GPU
} cuda_t;

/// The driver's text for an error.
const char *gradus_cuda_text(const cuda_t *d, cu_result_t result);

/// Fails with what was being done, and the driver's text.
int gradus_cuda_fail(const cuda_t *d, const char *what, cu_result_t result, gradus_error_t *error);

/// The address on the GPU of a slot, for a run on `side`.
cu_pointer_t gradus_cuda_resolve(const cuda_t *d, int entry, int side, const gradus_slot_t *slot);

// The functions of the device; gradus_device_t says what each does.

/// gradus_device_t::upload.
int gradus_cuda_upload(gradus_device_t *device, const void *variables, gradus_error_t *error);
/// gradus_device_t::download.
int gradus_cuda_download(gradus_device_t *device, void *variables, gradus_error_t *error);
/// gradus_device_t::run.
int gradus_cuda_run(gradus_device_t *device, int entry, void *const *inputs, const int64_t *counters,
                    gradus_trace_t *trace, gradus_error_t *error);
/// gradus_device_t::output.
int gradus_cuda_output(gradus_device_t *device, int entry, uint64_t index, int age, const void **out,
                       gradus_error_t *error);

#endif

//===- device.h - What a session asks of the device it runs on ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two devices: the host (devices/host), on whose threads kernels are functions,
// and a GPU (devices/cuda). Entries and indices of outputs are valid when they
// arrive here; the session has checked them.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DEVICES_DEVICE_H
#define GRADUS_DEVICES_DEVICE_H

#include "base/error.h"
#include <stdbool.h>

/// What a run leaves besides its results; zeros leave nothing.
typedef struct {
  double *seconds;                   ///< per launch of the entry: its time is added; or null
  bool find_nan;                     ///< look for the first result that is not finite
  const gradus_launch_t *nan_launch; ///< whose result that was; or null
} gradus_trace_t;

/// A device with a model's memory on it.
typedef struct gradus_device_t gradus_device_t;

/// The functions of a device. Those that return int fail with -1 and a message;
/// after that nothing else but `destroy` is called.
struct gradus_device_t {
  /// How many runs back small outputs may be asked for: 1 if a run may return
  /// before it is done, so that the next need not wait for the host to read; else 0.
  int lag;
  /// The device reads and writes the session's memory for variables, so that there
  /// is nothing to copy.
  bool shares_variables;

  /// Frees the device.
  void (*destroy)(gradus_device_t *device);

  /// Copies all variables from or to host memory; null if they are shared.
  int (*upload)(gradus_device_t *device, const void *variables, gradus_error_t *error);
  int (*download)(gradus_device_t *device, void *variables, gradus_error_t *error);

  /// Runs or starts an entry point. `inputs` may change as soon as this returns,
  /// and so may `counters`.
  int (*run)(gradus_device_t *device, int entry, void *const *inputs, const int64_t *counters, gradus_trace_t *trace,
             gradus_error_t *error);

  /// The bytes of an output of the entry's last run (`age` 0), or of an output of at
  /// most GRADUS_SMALL_OUTPUT bytes of the run before it (`age` 1, if the lag allows
  /// it). Waits for that run. Valid until the next run; small ones for `lag` more.
  int (*output)(gradus_device_t *device, int entry, uint64_t index, int age, const void **out, gradus_error_t *error);
};

/// Size in bytes of outputs that are cheap to read back: losses and the like.
enum { GRADUS_SMALL_OUTPUT = 256 };

#endif

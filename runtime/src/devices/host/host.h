//===- host.h - Running a model on the processors of this machine ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DEVICES_HOST_HOST_H
#define GRADUS_DEVICES_HOST_HOST_H

#include "devices/device.h"
#include "devices/host/threads.h"

/// Makes a device that runs the kernels as functions on the threads of `pool`, with
/// its arena and scratch, over the caller's `variables` and `counters`. All three
/// must outlive it. The caller destroys `*out`; on failure it is null.
int gradus_host_create(const gradus_model_t *model, gradus_pool_t *pool, void *variables, int64_t *counters,
                       gradus_device_t **out, gradus_error_t *error);

#endif

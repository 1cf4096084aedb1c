//===- cuda.h - Running a model on an NVIDIA GPU --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DEVICES_CUDA_CUDA_H
#define GRADUS_DEVICES_CUDA_CUDA_H

#include "devices/device.h"

/// Opens the first GPU, loads the model's kernels (`model->ptx` is not null), and
/// allocates the memory of a session there: variables, arena, scratch, inputs. The
/// caller destroys `*out`; on failure it is null.
int gradus_cuda_create(const gradus_model_t *model, gradus_device_t **out, gradus_error_t *error);

#endif

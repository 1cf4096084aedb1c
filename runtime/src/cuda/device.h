/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* device.h - A model's memory and launches on a GPU. */
#ifndef GRADUS_CUDA_DEVICE_H
#define GRADUS_CUDA_DEVICE_H

#include "../base.h"
#include "gradus/model_abi.h"

typedef struct gradus_device_t gradus_device_t;

/** Opens the first GPU, loads the model's kernels, and allocates the memory of a
 * session there: variables, arena, scratch, inputs. */
int gradus_device_create(const gradus_model_t *model, uint64_t arena_bytes, uint64_t scratch_bytes,
                         gradus_device_t **out, gradus_error_t *error);
void gradus_device_destroy(gradus_device_t *device);

/** Copies all variables to or from the GPU. */
int gradus_device_upload(gradus_device_t *device, const void *variables, gradus_error_t *error);
int gradus_device_download(gradus_device_t *device, void *variables, gradus_error_t *error);

/** Starts an entry point on inputs in host memory, which may change as soon as
 * this returns: they travel while the GPU still works on the run before. From its
 * third run on, its launches are one graph. With `seconds`, waits after each
 * launch and adds up their times. */
int gradus_device_run(gradus_device_t *device, int entry, void *const *inputs, const int64_t *counters, double *seconds,
                      gradus_error_t *error);
/** The bytes of output `index` of the last run (`age` 0) or of the one before it
 * (`age` 1), for which it waits; null if the output is large and was not copied.
 * Valid until the run after the next. */
int gradus_device_result(gradus_device_t *device, int entry, uint64_t index, int age, const void **out,
                         gradus_error_t *error);
/** Waits for what was started, and copies `bytes` bytes from `slot`. */
int gradus_device_read(gradus_device_t *device, int entry, const gradus_slot_t *slot, void *to, uint64_t bytes,
                       gradus_error_t *error);

#endif

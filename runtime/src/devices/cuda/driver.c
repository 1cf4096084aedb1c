//===- driver.c - The CUDA driver, found when a program starts ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "devices/cuda/driver.h"
#include <dlfcn.h>

int gradus_cuda_load(gradus_cuda_t *out, gradus_error_t *error) {
  // Opened once more for each session, and never closed: the driver has threads.
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return gradus_fail(error, "this program runs on an NVIDIA GPU, and libcuda.so.1, a part of the GPU's driver, was "
                              "not found; install the driver, or compile the model with --simulate or without "
                              "--target=cuda");
  const struct {
    const char *name;
    void **slot;
  } functions[] = {
#define GRADUS_FUNCTION(field, name, arguments) {name, (void **)&out->field},
      GRADUS_CUDA_FUNCTIONS(GRADUS_FUNCTION)
#undef GRADUS_FUNCTION
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i) {
    *functions[i].slot = dlsym(library, functions[i].name);
    if (!*functions[i].slot)
      return gradus_fail(error, "the GPU's driver has no %s: it is too old; install one of CUDA 12 or later",
                         functions[i].name);
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* driver.c - The CUDA driver, found when a program starts. */
#include "driver.h"
#include <dlfcn.h>

int gradus_cuda_load(const gradus_cuda_t **out, gradus_error_t *error) {
  static gradus_cuda_t cuda;
  static bool loaded;
  if (!loaded) {
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
      return gradus_fail(
          error, "this program runs on an NVIDIA GPU, and libcuda.so.1, a part of the GPU's driver, was "
                 "not found; install the driver, or compile the model with --simulate or without --target=cuda");
    const struct {
      const char *name;
      void **slot;
    } functions[] = {
#define X(field, name, arguments) {name, (void **)&cuda.field},
        GRADUS_CUDA_FUNCTIONS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; ++i)
      if (!(*functions[i].slot = dlsym(library, functions[i].name)))
        return gradus_fail(error, "the GPU's driver has no %s: it is too old; install one of CUDA 12 or later",
                           functions[i].name);
    loaded = true;
  }
  *out = &cuda;
  return 0;
}

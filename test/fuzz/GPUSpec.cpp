//===- GPUSpec.cpp - Fuzzes descriptions of GPUs --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/GPUSpec.h"
#include "FuzzTarget.h"

using namespace gradus;

/// A text is what `--gpu-spec` reads.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::FailureOr<GPUSpec> spec = parseGPUSpec("gpu.txtpb", {reinterpret_cast<const char *>(data), size});
  if (succeeded(spec))
    fuzz::require(spec->microseconds(1e9, 1e9) >= 0, "a GPU that computes in less than no time");
  return 0;
}

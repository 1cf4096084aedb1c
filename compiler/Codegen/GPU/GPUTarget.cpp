//===- GPUTarget.cpp - A GPU, as far as kernels depend on it --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/GPUTarget.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace gradus::gpu;

std::optional<GPUTarget> gradus::gpu::gpuTargetOf(StringRef chip) {
  unsigned number = 0;
  // Warps of independent threads begin with sm_70.
  if (!chip.consume_front("sm_") || chip.rtrim("af").getAsInteger(10, number) || number < 70)
    return std::nullopt;
  GPUTarget target;
  if (number < 80) {
    target.tensorCores = false;
    target.maxSharedBytes = kMaxStaticSharedBytes;
  }
  return target;
}

FailureOr<GPUTarget> gradus::gpu::gpuTargetOrError(StringRef chip, Operation *op) {
  if (std::optional<GPUTarget> target = gpuTargetOf(chip))
    return *target;
  return op->emitError() << "there is no GPU '" << chip << "' to generate code for; give sm_70 or later";
}

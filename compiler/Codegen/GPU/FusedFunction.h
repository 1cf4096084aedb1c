//===- FusedFunction.h - One GPU function for several launches ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_FUSEDFUNCTION_H
#define GRADUS_COMPILER_CODEGEN_GPU_FUSEDFUNCTION_H

#include "compiler/Codegen/GPU/LaunchLevels.h"

namespace gradus::gpu {

/// Adds to `kernels` a function for the kernel `name` that computes what the
/// functions of `parts`, of equal block size, compute: its first blocks are
/// those of the first part, and so on. Its arguments are the operands of all
/// parts, then their results, then scratch memory of no size: no part may need
/// some. A block runs one part, so that parts share shared memory of equal
/// types.
mlir::gpu::GPUFuncOp buildFusedFunction(llvm::ArrayRef<Launch *> parts, llvm::StringRef name,
                                        mlir::gpu::GPUModuleOp kernels);

} // namespace gradus::gpu

#endif

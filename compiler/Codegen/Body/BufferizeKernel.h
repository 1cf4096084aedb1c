//===- BufferizeKernel.h - Kernels that go through bufferization ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_BODY_BUFFERIZEKERNEL_H
#define GRADUS_COMPILER_CODEGEN_BODY_BUFFERIZEKERNEL_H

#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// A kernel's body as linalg ops on buffers.
struct BufferizedKernel {
  llvm::SmallVector<mlir::linalg::LinalgOp> ops; // in order
  int64_t scratchBytes = 0;                      // of temporaries, which are views of `scratch`
};

/// Clones the body of `kernel` to the builder's place in `function`, whose
/// arguments are the buffers of the kernel's arguments, then of its results, and
/// bufferizes it. Copies become linalg ops: a call of a library would be one
/// more dependency.
llvm::FailureOr<BufferizedKernel> bufferizeKernel(rt::KernelOp kernel, mlir::FunctionOpInterface function,
                                                  mlir::ImplicitLocOpBuilder &b, mlir::Value scratch);

} // namespace gradus

#endif

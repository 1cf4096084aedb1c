//===- BufferizeKernel.h - Kernels that go through bufferization ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_BODY_BUFFERIZEKERNEL_H
#define GRADUS_COMPILER_CODEGEN_BODY_BUFFERIZEKERNEL_H

#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// A kernel's body as linalg ops on memrefs.
struct BufferizedKernel {
  /// All of them, in order.
  llvm::SmallVector<mlir::linalg::LinalgOp> ops;
  /// Bytes of the temporaries, which are views of `scratch`.
  int64_t scratchBytes = 0;
};

/// Clones the body of `kernel` to the insertion point of `b` in `function`, whose
/// arguments are the buffers of the kernel's arguments, then of its results, and
/// bufferizes it. Temporaries become views of `scratch`, a memref of i8; copies
/// become linalg ops, because a library call would be one more dependency. Fails,
/// with an error, where upstream's bufferization does.
llvm::FailureOr<BufferizedKernel> bufferizeKernel(rt::KernelOp kernel, mlir::FunctionOpInterface function,
                                                  mlir::ImplicitLocOpBuilder &b, mlir::Value scratch);

} // namespace gradus

#endif

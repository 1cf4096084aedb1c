//===- KernelEntry.h - What the runtime calls of a kernel -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CONVERSION_KERNELENTRY_H
#define GRADUS_COMPILER_CONVERSION_KERNELENTRY_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace gradus {

/// The type of a gradus_kernel_fn_t: array of buffers, first and last unit, scratch.
mlir::LLVM::LLVMFunctionType kernelEntryType(mlir::MLIRContext *context);

/// Calls a kernel with its buffers, loaded from `array`, and `others`, which follow them.
void callWithBuffers(mlir::OpBuilder &b, mlir::Location loc, mlir::LLVM::LLVMFuncOp kernel, mlir::Value array,
                     mlir::ValueRange others);

/// Fills `entry`, of `kernelEntryType` and without a body, with a call of `kernel`.
void buildKernelEntry(mlir::LLVM::LLVMFuncOp entry, mlir::LLVM::LLVMFuncOp kernel);

} // namespace gradus

#endif

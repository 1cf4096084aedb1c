//===- Emit.h - Code for each kind of kernel ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_EMIT_H
#define GRADUS_COMPILER_CODEGEN_CPU_EMIT_H

#include "compiler/Codegen/CPU/VectorTarget.h"
#include "compiler/Codegen/Body/KernelEvaluator.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace gradus::cpu {

/// A kernel on its way to being a function.
///
/// The function takes the buffers of the kernel's arguments and results, then
/// begin, end and scratch: it computes the units [begin, end). No two units
/// write the same element and none combines values of another, so that the
/// result does not depend on how units are shared among threads.
struct KernelFunction {
  rt::KernelOp kernel;
  mlir::func::FuncOp function;
  VectorTarget target;
  mlir::ImplicitLocOpBuilder b;

  /// Creates the function beside the kernel. With `flat`, buffers of full shape
  /// are one-dimensional.
  KernelFunction(rt::KernelOp kernel, VectorTarget target, bool flat = false);

  mlir::Value argumentBuffer(unsigned i) { return function.getArgument(i); }
  mlir::Value resultBuffer(unsigned i) { return function.getArgument(kernel.getNumArguments() + i); }
  llvm::SmallVector<mlir::Value> resultBuffers() {
    llvm::SmallVector<mlir::Value> buffers;
    for (unsigned i = 0; i < kernel.getNumResults(); ++i)
      buffers.push_back(resultBuffer(i));
    return buffers;
  }
  mlir::Value begin() { return function.getArgument(function.getNumArguments() - 3); }
  mlir::Value end() { return function.getArgument(function.getNumArguments() - 2); }
  mlir::Value scratch() { return function.getArgument(function.getNumArguments() - 1); }
  mlir::ValueRange yields() { return kernel.getBody().front().getTerminator()->getOperands(); }

  int64_t lanes(int64_t elementBytes = 4) const { return target.vectorBytes / elementBytes; }
  /// Binds all arguments in `evaluator`.
  void bindArguments(KernelEvaluator &evaluator);
  /// Records into how many units the kernel divides.
  void setUnits(int64_t units);
  /// Reserves scratch memory, per thread.
  void setScratchBytes(int64_t bytes);
};

/// One loop over all elements, or over rows where indices matter.
void emitElementwise(rt::KernelOp kernel, VectorTarget target);
/// A unit is a row, or a vector of rows that are shorter than a vector: reductions
/// along it, then what is stored of it.
void emitRow(rt::KernelOp kernel, VectorTarget target);
/// A unit is a vector of columns: sums down the rows, then what follows.
void emitColumn(rt::KernelOp kernel, VectorTarget target);
/// Matrix products: see EmitMatmul.cpp.
void emitMatmul(rt::KernelOp kernel, VectorTarget target);
/// Everything else, by upstream's bufferization and loops; one unit.
llvm::LogicalResult emitGeneric(rt::KernelOp kernel, VectorTarget target);

} // namespace gradus::cpu

#endif

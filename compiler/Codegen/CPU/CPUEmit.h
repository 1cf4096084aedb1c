//===- CPUEmit.h - CPU code for each kind of kernel -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_CPUEMIT_H
#define GRADUS_COMPILER_CODEGEN_CPU_CPUEMIT_H

#include "compiler/Codegen/Body/KernelEmitter.h"
#include "compiler/Codegen/CPU/VectorTarget.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace gradus::cpu {

/// A kernel and the func.func that it becomes.
///
/// A kernel is split into work items, numbered from 0: pieces that can run in any
/// order and on any thread. The function takes the buffers of the kernel's
/// arguments and results, then `begin`, `end` and `scratch`, and computes the work
/// items [begin, end). No two items write the same element and none combines
/// values of another, so that the result does not depend on how threads share them.
struct CPUKernel : KernelEmitter {
  /// Named as the kernel, plus ".function".
  mlir::func::FuncOp function;
  /// The CPU to generate code for.
  VectorTarget target;
  /// Lanes of a vector.
  int64_t width;
  /// Of `width` lanes, with all arguments bound.
  KernelEvaluator evaluator;

  /// Creates the function right before the kernel, with the kernel's discardable
  /// attributes, and sets the insertion point of `b` to its body. Vectors have as
  /// many lanes as elements of `elementBytes` bytes fill a register. With `flat`,
  /// buffers of full shape are one-dimensional.
  CPUKernel(rt::KernelOp kernel, VectorTarget target, int64_t elementBytes = 4, bool flat = false);

  /// The first work item to compute, an index.
  mlir::Value begin() { return function.getArgument(function.getNumArguments() - 3); }
  /// One more than the last work item to compute, an index.
  mlir::Value end() { return function.getArgument(function.getNumArguments() - 2); }
  /// Memory of the calling thread's own, a memref of i8.
  mlir::Value scratch() { return function.getArgument(function.getNumArguments() - 1); }

  /// Records the number of work items on the function. To be called once.
  void setWorkItems(int64_t count);
  /// Gives `scratch` a size; without, it has none.
  void setScratchBytes(int64_t bytes);

  /// As in LoopBuilder, each body a scope of its own for `evaluator`.
  void loop(mlir::Value lo, mlir::Value hi, int64_t step, llvm::function_ref<void(mlir::Value)> body);
  /// The same with values carried around the loop.
  llvm::SmallVector<mlir::Value>
  loop(mlir::Value lo, mlir::Value hi, int64_t step, mlir::ValueRange init,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);
  /// Two versions of code, each a scope of its own: `body(true)` runs where
  /// `condition` holds, `body(false)` elsewhere.
  void ifElse(mlir::Value condition, llvm::function_ref<void(bool)> body);

private:
  mlir::func::FuncOp createFunction(bool flat);
};

// Each of these puts a function of the kernel's name plus ".function" right before
// `kernel`, whose body must be linalg on static shapes, as convert-nn-to-linalg
// makes it, and storable (verifyStorable). The kernel stays as it is.

/// Elementwise kernels. A work item is 16 vectors; where indices matter, a row.
void emitElementwise(rt::KernelOp kernel, VectorTarget target);
/// Row kernels: reductions along rows, then what is stored of them. A work item is
/// a row, or a vector of rows that are shorter than a vector.
void emitRow(rt::KernelOp kernel, VectorTarget target);
/// Column kernels: reductions down the rows, then what is stored of them. A work
/// item is a vector of columns.
void emitColumn(rt::KernelOp kernel, VectorTarget target);
/// Matmul kernels, as planMatmul says. A work item is a tile of the result, or all
/// rows of some columns.
void emitMatmul(rt::KernelOp kernel, VectorTarget target);
/// Scatter kernels: a table whose rows are sums of updates. A work item is some
/// columns of all rows.
void emitScatter(rt::KernelOp kernel, VectorTarget target);
/// All other kernels, by upstream's bufferization and loops: one work item. Fails,
/// with an error, where upstream does.
llvm::LogicalResult emitGeneric(rt::KernelOp kernel, VectorTarget target);

} // namespace gradus::cpu

#endif

//===- VectorLoops.h - Walking tensors in vectors with a masked tail ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_VECTORLOOPS_H
#define GRADUS_COMPILER_CODEGEN_CPU_VECTORLOOPS_H

#include "compiler/Codegen/CPU/CPUEmit.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace gradus::cpu {

/// Base of the emitters of elementwise, row and column kernels. Vectors have as
/// many lanes as f32 elements fill a register, whatever the type; LLVM splits those
/// of f64 in two.
struct VectorLoops : CPUKernel {
  /// Creates the function, as CPUKernel does.
  VectorLoops(rt::KernelOp kernel, VectorTarget target, bool flat = false)
      : CPUKernel(kernel, target, /*elementBytes=*/4, flat) {}

  /// Runs `body` with the first `count` lanes active, as a scope of its own.
  llvm::SmallVector<mlir::Value> masked(int64_t count, llvm::function_ref<llvm::SmallVector<mlir::Value>()> body);

  /// Visits the elements of a box of shape `sizes` in row-major order, the last
  /// dimension in vectors: `body(indices, carried)` per vector, `indices` being
  /// `prefix` and those of the vector's first element. Returns the carried values.
  llvm::SmallVector<mlir::Value>
  walk(llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<mlir::Value> prefix, mlir::ValueRange init,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(llvm::ArrayRef<mlir::Value>, mlir::ValueRange)> body);

  /// Visits a box of shape `sizes` in boxes of at most kBlockTerms steps, in row-major
  /// order: `body(prefix, first, shape, carried)` for the box of shape `shape` whose
  /// first dimension begins at `first` and comes behind the indices `prefix`. A step is
  /// `stepSize` elements of the last dimension. Returns the carried values.
  llvm::SmallVector<mlir::Value>
  walkBlocks(llvm::ArrayRef<int64_t> sizes, int64_t stepSize, llvm::ArrayRef<mlir::Value> prefix, mlir::ValueRange init,
             llvm::function_ref<llvm::SmallVector<mlir::Value>(llvm::ArrayRef<mlir::Value>, mlir::Value,
                                                               llvm::ArrayRef<int64_t>, mlir::ValueRange)>
                 body);

  /// Loops over the work items of a box of shape `sizes` whose last dimension is
  /// cut into vectors, one item per vector, and records their number. `body` takes
  /// the indices of the vector's first element, with a mask set where the vector
  /// reaches beyond the box; it is called once or twice.
  void loopOverVectors(llvm::ArrayRef<int64_t> sizes, llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> body);

  /// The value a reduction starts from, in every lane.
  mlir::Value identityVector(mlir::linalg::GenericOp reduction);
  /// One step of a reduction; inactive lanes keep their accumulator.
  mlir::Value accumulate(mlir::linalg::GenericOp reduction, mlir::Value accumulator, mlir::Value v);
  /// Combines the lanes of a vector to a scalar, pairwise: a fixed tree for each
  /// number of lanes.
  mlir::Value combineLanes(mlir::linalg::GenericOp reduction, mlir::Value v);
  /// Lets the evaluator forget the results of `reductions`.
  void release(llvm::ArrayRef<mlir::linalg::GenericOp> reductions);
};

/// Emits a kernel that iterates over `domain` with a row as work item: the indices
/// of its first `split` dimensions say which. Reductions run over the others.
void emitRows(rt::KernelOp kernel, VectorTarget target, llvm::ArrayRef<int64_t> domain, int64_t split);

} // namespace gradus::cpu

#endif

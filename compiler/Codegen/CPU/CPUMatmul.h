//===- CPUMatmul.h - What the CPU's matmul emitters share -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_CPUMATMUL_H
#define GRADUS_COMPILER_CODEGEN_CPU_CPUMATMUL_H

#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/CPU/CPUEmit.h"
#include "compiler/Codegen/CPU/MatmulTiling.h"

namespace gradus::cpu {

/// Base of the emitters of matmul kernels. The last tiles of rows and columns get
/// code of their own where they are smaller; only the last columns use a mask.
struct CPUMatmul : CPUKernel {
  /// The matmul.
  mlir::linalg::GenericOp op;
  /// Its sizes.
  MatmulLoops loops;
  /// How to compute it.
  MatmulPlan plan;
  /// The type of the elements of the operands and the result.
  mlir::Type element;
  /// The memrefs of the operands.
  mlir::Value lhs, rhs;

  /// Creates the function; vectors are of the operands' element type.
  CPUMatmul(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan);

  /// Code for number `i` of `ceil(size / tile)` tiles, where the last has less than
  /// `tile` elements unless that divides `size`: `body(elements)` once, or once for
  /// each case.
  void tileSizes(mlir::Value i, int64_t size, int64_t tile, llvm::function_ref<void(int64_t)> body);

  /// The indices of element (row, column) of matrix `batch` of an operand, which is
  /// stored [column, row] if `transposed`.
  llvm::SmallVector<mlir::Value> indices(llvm::ArrayRef<mlir::Value> batch, mlir::Value row, mlir::Value column,
                                         bool transposed = false);

  /// A vector of zeros, of as many lanes as `evaluator` has.
  mlir::Value zeros();

  /// Applies what is fused behind the matmul to `sums`, the elements of `row` from
  /// `column` on, and stores the kernel's results. `epilogue` has as many lanes as
  /// `sums`, and the mask of those to store.
  void emitEpilogue(KernelEvaluator &epilogue, mlir::Value sums, llvm::ArrayRef<mlir::Value> batch, mlir::Value row,
                    mlir::Value column);
};

/// A matmul kernel's plan for `target`.
MatmulPlan planOf(rt::KernelOp kernel, const VectorTarget &target);

/// MatmulPlan::Method::Direct.
void emitOuterProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan);
/// MatmulPlan::Method::Packed.
void emitPackedMatmul(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan);
/// MatmulPlan::Method::Dot.
void emitDotProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan);

} // namespace gradus::cpu

#endif

//===- LoopBuilder.h - Index arithmetic, conditions and loops -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_BODY_LOOPBUILDER_H
#define GRADUS_COMPILER_CODEGEN_BODY_LOOPBUILDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// Builds arithmetic on values of type index, conditions and loops at the
/// insertion point of `b`. Base of what builds the functions of kernels.
struct LoopBuilder {
  mlir::ImplicitLocOpBuilder b;

  /// All ops that are built carry `loc`.
  explicit LoopBuilder(mlir::Location loc) : b(loc, loc.getContext()) {}

  /// The constant `v`.
  mlir::Value index(int64_t v);
  /// lhs + rhs.
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  /// lhs + rhs; builds nothing for rhs = 0.
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  /// lhs - rhs.
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs);
  /// lhs * rhs; builds nothing for rhs = 1.
  mlir::Value mul(mlir::Value lhs, int64_t rhs);
  /// lhs / rhs, of unsigned values.
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  /// The same for a constant; builds nothing for rhs = 1.
  mlir::Value div(mlir::Value lhs, int64_t rhs);
  /// lhs % rhs, of unsigned values.
  mlir::Value rem(mlir::Value lhs, mlir::Value rhs);
  /// The same for a constant; the constant 0 for rhs = 1.
  mlir::Value rem(mlir::Value lhs, int64_t rhs);
  /// The smaller of two unsigned values.
  mlir::Value min(mlir::Value lhs, int64_t rhs);
  /// lhs < rhs, of unsigned values, as i1.
  mlir::Value less(mlir::Value lhs, int64_t rhs);
  /// lhs == rhs, as i1.
  mlir::Value equal(mlir::Value lhs, int64_t rhs);
  /// lhs && rhs, of i1; a null value stands for true.
  mlir::Value both(mlir::Value lhs, mlir::Value rhs);
  /// The indices of element number `linear` of a tensor of shape `sizes`, in
  /// row-major order. `linear` has to be below the product of the sizes.
  llvm::SmallVector<mlir::Value> delinearize(mlir::Value linear, llvm::ArrayRef<int64_t> sizes);

  /// Builds what `body` builds under `condition` (i1), or as it is if that is null.
  void when(mlir::Value condition, llvm::function_ref<void()> body);
  /// for (i = lo; i < hi; i += step) body(i).
  void loop(mlir::Value lo, mlir::Value hi, mlir::Value step, llvm::function_ref<void(mlir::Value)> body);
  /// The same with values carried around the loop: `body` takes i and their
  /// values before the iteration, and returns those after it, as many and of the
  /// same types as `init`. Returns their values after the loop.
  llvm::SmallVector<mlir::Value>
  loop(mlir::Value lo, mlir::Value hi, mlir::Value step, mlir::ValueRange init,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);
};

} // namespace gradus

#endif

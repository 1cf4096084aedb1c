//===- LongSum.h - Sums of many terms, in blocks --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sum that is added up term by term loses up to half an ulp of what it has reached
// with each. Long ones are therefore cut into blocks that start from zero, and the
// sums of blocks are added with what each addition loses carried along. The error is
// that of one block, however many there are (Higham, "The accuracy of floating point
// summation", 1993, sections 3 and 4; compiler/docs/math.md has the bound).
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_CODEGEN_BODY_LONGSUM_H
#define GRADUS_COMPILER_CODEGEN_BODY_LONGSUM_H

#include "compiler/Codegen/Body/LoopBuilder.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace gradus {

/// Terms that one accumulator adds up in order at most, and the terms of a block where
/// there are more. Both are part of what a result means: bits depend on them.
constexpr int64_t kMaxTerms = 2048, kBlockTerms = 256;

/// A running total of floats or of vectors of them, as two values: the total, and the
/// sum of what its additions have lost.
struct CompensatedTotal {
  mlir::Value total, lost;

  /// Adds `term`: seven operations, none of which may be reassociated.
  CompensatedTotal plus(mlir::ImplicitLocOpBuilder &b, mlir::Value term) const;
  /// The total and what was lost. Infinities and NaNs are as the plain total has them.
  mlir::Value result(mlir::ImplicitLocOpBuilder &b) const;
};

/// Builds reductions over the terms [0, count), cut into blocks of `depth`:
/// `reduceBlock(begin, end)` builds those of a block, as many and of the same types as
/// `identities`, which they start from. Number `i` joins the result so far by
/// `combine(i, result, block)`, or as a rounded sum does where that is null.
llvm::SmallVector<mlir::Value>
reduceInBlocks(LoopBuilder &l, int64_t count, int64_t depth, mlir::ValueRange identities,
               llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value begin, mlir::Value end)> reduceBlock,
               llvm::function_ref<mlir::Value(size_t, mlir::Value, mlir::Value)> combine = nullptr);

/// True if `reduction` adds up floats of 32 bits: f64 has bits to spare, and maxima and
/// integers lose nothing.
bool isRoundedSum(mlir::linalg::GenericOp reduction);

} // namespace gradus

#endif

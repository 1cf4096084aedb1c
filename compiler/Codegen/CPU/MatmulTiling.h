//===- MatmulTiling.h - How a CPU computes a matmul -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_MATMULTILING_H
#define GRADUS_COMPILER_CODEGEN_CPU_MATMULTILING_H

#include "compiler/Codegen/CPU/VectorTarget.h"

namespace gradus::cpu {

/// A matmul result[m, n] = sum over k of lhs[m, k] * rhs[k, n], `batch` times.
struct MatmulShape {
  int64_t batch, m, n, k;
  /// Lanes of a vector, and bytes of one of its elements.
  int64_t lanes, elementBytes;
  /// Whether the lhs is stored [k, m] and the rhs [n, k].
  bool transposedLhs, transposedRhs;
  /// Whether elements of the lhs are here and there: read one by one.
  bool scatteredLhs = false;
};

/// How a matmul is computed.
struct MatmulPlan {
  enum class Method {
    /// Outer products: a register tile of `rows` x `vectors` accumulators; the
    /// rhs is read in place.
    Direct,
    /// The same, the operands copied first into the order in which tiles read them:
    /// the rhs into panels as wide as a tile, the lhs tile by tile.
    Packed,
    /// Dot products: a tile of `rows` x `columns` sums, vectorized over k, for
    /// operands that are both contiguous in k.
    Dot
  };
  Method method = Method::Direct;

  /// Steps of k that an accumulator adds up before it is added to a total: k itself
  /// where that is short enough.
  int64_t depth = 0;

  /// Rows of the result per tile.
  int64_t rows = 0;
  /// Direct and Packed: vectors across the columns of a tile.
  int64_t vectors = 0;
  /// Packed: which operands are copied; and the panels and the tiles of rows of a
  /// work item.
  bool packsLhs = false, packsRhs = false;
  int64_t panels = 1, rowTiles = 1;
  /// Dot: columns of a tile, at most `lanes`; and how many of them, rows of the
  /// rhs in memory, are read side by side.
  int64_t columns = 0, streams = 0;
};

/// Chooses by a model of the inner loop, in cycles. A function of its arguments
/// only: the order of sums depends on it. All sizes must be positive.
MatmulPlan planMatmul(const MatmulShape &shape, const VectorTarget &target);

} // namespace gradus::cpu

#endif

//===- MatmulTiling.h - Which register tile for which product -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_MATMULTILING_H
#define GRADUS_COMPILER_CODEGEN_CPU_MATMULTILING_H

#include "compiler/Codegen/CPU/VectorTarget.h"

namespace gradus::cpu {

/// How a product [m x k] * [k x n] is computed.
struct MatmulPlan {
  /// The accumulators of one register tile: rows, and vectors across columns.
  int64_t rows = 0, vectors = 0;
  /// The right operand is copied into panels of `vectors` vectors, `panels` of
  /// them at a time per thread.
  bool pack = false;
  int64_t panels = 1;
  /// Both operands are contiguous in k: dot products of `rows` x `columns`,
  /// vectorized over k, without packing; `streams` rows of the right operand
  /// are read side by side.
  bool dot = false;
  int64_t columns = 0, streams = 0;
};

struct MatmulShape {
  int64_t batch, m, n, k, lanes, elementBytes;
  bool transposedLhs, transposedRhs;
};

/// Chooses by a model of the inner loop: per k, a tile of r x v vectors costs
/// max(r * v / 2, (r + v) / 2, 4) cycles (two FMAs and two loads a cycle, FMA
/// latency 4), edge tiles included. r * v + v + 1 vectors must fit the
/// registers with two to spare: beyond that LLVM spills.
MatmulPlan planMatmul(const MatmulShape &shape, VectorTarget target);

} // namespace gradus::cpu

#endif

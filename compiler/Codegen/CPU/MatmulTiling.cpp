//===- MatmulTiling.cpp - Which register tile for which product -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/MatmulTiling.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>

using namespace gradus::cpu;
using llvm::divideCeil;

/// Packed panels of one thread stay within this much of the L2 cache.
static constexpr int64_t kPackedBytes = 1 << 20;
/// A right operand up to this size is read in place.
static constexpr int64_t kDirectBytes = 256 << 10;
/// Up to this many rows, packing a transposed operand costs more than summing
/// over lanes.
static constexpr int64_t kDotRows = 256;
/// Below this many vectors in k, summing over lanes costs more than packing.
static constexpr int64_t kDotVectors = 4;
/// Below this many operations a second thread does not pay.
static constexpr int64_t kShareFlops = 200000;

/// Cycles per k of one tile.
static double tileCycles(int64_t rows, int64_t vectors) {
  return std::max({rows * vectors / 2.0, (rows + vectors) / 2.0, 4.0});
}

MatmulPlan gradus::cpu::planMatmul(const MatmulShape &s, VectorTarget target) {
  MatmulPlan plan;
  bool shortSums = s.m >= s.lanes && s.k < kDotVectors * s.lanes;
  if (s.transposedRhs && !s.transposedLhs && !shortSums && (s.m <= kDotRows || s.n <= 2 * s.lanes)) {
    plan.dot = true;
    bool wide = target.registers >= 32;
    plan.columns = s.m == 1 ? (wide ? 16 : 8) : (wide ? 8 : 4);
    plan.columns = std::min(plan.columns, s.lanes);
    // A single row is bound by reading the right operand. Eight streams are
    // what the hardware reads ahead best: 784 x 16 takes 250 ns, with sixteen
    // 306, with four 293, with one 450 (figures of an AVX-512 Xeon).
    plan.streams = std::min<int64_t>(plan.columns, 8);
    plan.rows = std::min<int64_t>(s.m, s.m == 1 ? 1 : 3);
    return plan;
  }
  double best = std::numeric_limits<double>::infinity();
  int64_t vectorsNeeded = divideCeil(s.n, s.lanes);
  for (int64_t v = 1; v <= std::min<int64_t>(vectorsNeeded, 8); ++v) {
    for (int64_t r = 1; r <= std::min<int64_t>(s.m, 28); ++r) {
      if (r * v + v + 1 > target.registers - 3 && r * v + (v == 1 ? 2 : v + 1) > target.registers - 2)
        continue;
      int64_t fullRows = s.m / r, restRows = s.m % r;
      int64_t fullCols = vectorsNeeded / v, restCols = vectorsNeeded % v;
      auto strip = [&](int64_t vectors) { // all rows of one panel
        return fullRows * tileCycles(r, vectors) + (restRows ? tileCycles(restRows, vectors) : 0);
      };
      double serial = fullCols * strip(v) + (restCols ? strip(restCols) : 0);
      // Loop overhead, in units of one k.
      int64_t tiles = (fullRows + (restRows > 0)) * (fullCols + (restCols > 0));
      serial += tiles * 20.0 / s.k * v;
      double cost = serial;
      if (2 * s.m * s.n * s.k > kShareFlops) // an odd number of tiles leaves one thread idle
        cost += 2 * serial * divideCeil(tiles * s.batch, 2) / (tiles * s.batch / 2.0);
      if (cost < best) {
        best = cost;
        plan.rows = r;
        plan.vectors = v;
      }
    }
  }
  int64_t width = plan.vectors * s.lanes, rowBytes = s.n * s.elementBytes;
  bool conflicts = rowBytes % 2048 == 0 && s.k > 256; // rows fall on few cache sets
  plan.pack = s.transposedRhs || (s.m > 2 * plan.rows && (s.k * rowBytes > kDirectBytes * 4 || conflicts));
  if (plan.pack) {
    int64_t panels = divideCeil(s.n, width);
    int64_t fit = std::max<int64_t>(1, kPackedBytes / (s.k * width * s.elementBytes));
    // At least eight shares for the threads, if there are that many panels.
    plan.panels = std::max<int64_t>(1, std::min(fit, panels / 8));
  }
  return plan;
}

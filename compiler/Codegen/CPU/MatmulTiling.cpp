//===- MatmulTiling.cpp - How a CPU computes a matmul ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The constants were measured on an AVX-512 Xeon (family 6, model 207).
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/CPU/MatmulTiling.h"
#include "compiler/Codegen/Body/LongSum.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>

using namespace gradus::cpu;
using llvm::divideCeil;

//===----------------------------------------------------------------------===//
// Dot products
//===----------------------------------------------------------------------===//

/// Rows of the result up to which packing a transposed rhs, once for all rows,
/// costs more than the sums over lanes, once for each element of the result.
static constexpr int64_t kMaxDotRows = 256;
/// The same for the vectors of columns of the result.
static constexpr int64_t kMaxDotColumnVectors = 2;
/// Vectors along k below which the sums over lanes, whose cost does not depend on
/// k, cost more than packing.
static constexpr int64_t kMinDotVectors = 4;
/// Rows of a tile. With a quarter of the registers as columns, three rows make
/// three quarters of them accumulators; a vector per row and one of the rhs remain.
static constexpr int64_t kDotRows = 3;
/// Rows of the rhs that the hardware prefetcher follows best at a time: 784 x 16
/// takes 250 ns, with sixteen 306, with four 293, with one 450.
static constexpr int64_t kMaxStreams = 8;

static bool prefersDot(const MatmulShape &s) {
  if (!s.transposedRhs || s.transposedLhs || s.scatteredLhs)
    return false;
  bool isShortSum = s.m >= s.lanes && s.k < kMinDotVectors * s.lanes;
  return !isShortSum && (s.m <= kMaxDotRows || s.n <= kMaxDotColumnVectors * s.lanes);
}

static MatmulPlan planDot(const MatmulShape &s, const VectorTarget &target) {
  MatmulPlan plan;
  plan.method = MatmulPlan::Method::Dot;
  // A single row is bound by reading the rhs: half of the registers are sums.
  // Powers of two, because the lanes of as many vectors are summed pairwise.
  int64_t columns = target.registers >= 32 ? 16 : 8;
  plan.columns = std::min(s.m == 1 ? columns : columns / 2, s.lanes);
  plan.streams = std::min(plan.columns, kMaxStreams);
  plan.rows = std::min(s.m, kDotRows);
  return plan;
}

//===----------------------------------------------------------------------===//
// Outer products
//===----------------------------------------------------------------------===//

/// Vectors across a tile. With more, the registers leave two rows at most, and a
/// tile loads nearly as many vectors as it multiplies.
static constexpr int64_t kMaxVectors = 8;
/// Registers beside those that the inner loop names: when fewer are free, LLVM
/// spills accumulators. With 16 registers, 6 x 2 is worth the last but one.
static int64_t spareRegisters(const VectorTarget &target) { return target.registers >= 32 ? 2 : 1; }
/// Cycles per vector across a tile that do not depend on k: the loop over k is
/// entered and left, sums start from zero and are stored.
static constexpr double kTileOverheadCycles = 20;
/// Operations (two per multiplication) below which a second thread does not pay.
static constexpr int64_t kMinSharedFlops = 200000;
/// How much the time of two threads counts, relative to that of one.
static constexpr double kTwoThreadsWeight = 2;
/// Tiles of rows from which on a copy of the rhs pays: each of them reads it once, the
/// copy reads and writes it.
static constexpr int64_t kMinPackedTiles = 16;
/// Work items that packing leaves at least, if there are as many panels, so that
/// several threads finish at about the same time.
static constexpr int64_t kMinPackedItems = 8;
/// What copying an element of a transposed lhs costs, relative to one of the rhs: a
/// tile has fewer rows than a vector has lanes.
static constexpr double kLhsCopyCost = 2;

/// Steps of k from which on tiles of a transposed lhs are copied: fewer lines than
/// this stay in the L1 cache for the next tile.
static constexpr int64_t kMinPackedLhsSteps = 256;
/// Rows of a work item where k is long: for the size of the totals.
static constexpr int64_t kMaxLongRows = 512;

/// Registers of the inner loop: the accumulators, a row of vectors of the rhs, and
/// an element of the lhs in all lanes.
static int64_t registersOf(int64_t rows, int64_t vectors) { return rows * vectors + vectors + 1; }

/// Cycles per step of k of one tile: its FMAs and its loads (an element of the lhs
/// per row, and the vectors of the rhs) start side by side, and an accumulator is
/// ready for the next step a cycle after the latency of an FMA: with just as many as
/// cover it, each that is late delays the next step.
static double tileCycles(int64_t rows, int64_t vectors, const VectorTarget &target) {
  double fmas = static_cast<double>(rows * vectors) / target.fmasPerCycle;
  double loads = static_cast<double>(rows + vectors) / target.loadsPerCycle;
  return std::max({fmas, loads, static_cast<double>(target.fmaLatency + 1)});
}

/// What tiles of `rows` x `vectors` cost, edge tiles included: cycles per step of k
/// and per matrix of the batch.
static double planCost(const MatmulShape &s, int64_t rows, int64_t vectors, const VectorTarget &target) {
  int64_t allVectors = divideCeil(s.n, s.lanes);
  int64_t fullRows = s.m / rows, edgeRows = s.m % rows;
  int64_t fullPanels = allVectors / vectors, edgeVectors = allVectors % vectors;
  auto panelCycles = [&](int64_t width) {
    double cycles = fullRows * tileCycles(rows, width, target);
    return edgeRows ? cycles + tileCycles(edgeRows, width, target) : cycles;
  };
  double cycles = fullPanels * panelCycles(vectors) + (edgeVectors ? panelCycles(edgeVectors) : 0);
  int64_t tiles = (fullRows + (edgeRows > 0)) * (fullPanels + (edgeVectors > 0));
  cycles += tiles * kTileOverheadCycles / s.k * vectors;
  if (2 * s.m * s.n * s.k <= kMinSharedFlops)
    return cycles;
  // With an odd number of tiles, one of two threads computes one more.
  int64_t items = tiles * s.batch;
  return cycles + kTwoThreadsWeight * cycles * divideCeil(items, 2) / (items / 2.0);
}

/// Rows of a tile whose lhs is read through a map: each has an address of its own, and there are 16 registers for
/// those and for what else the loop needs. With more, LLVM keeps addresses and sums in memory (12 x 1 took 1.4 times
/// as long as 8 x 1).
static constexpr int64_t kMaxScatteredRows = 8;

/// Chooses the tile of the lowest cost among those that fit the registers.
static MatmulPlan planTile(const MatmulShape &s, const VectorTarget &target) {
  MatmulPlan plan;
  double bestCost = std::numeric_limits<double>::infinity();
  int64_t maxVectors = std::min<int64_t>(divideCeil(s.n, s.lanes), kMaxVectors);
  for (int64_t vectors = 1; vectors <= maxVectors; ++vectors)
    for (int64_t rows = 1; rows <= (s.scatteredLhs ? std::min(s.m, kMaxScatteredRows) : s.m); ++rows) {
      if (registersOf(rows, vectors) + spareRegisters(target) > target.registers)
        break;
      double cost = planCost(s, rows, vectors, target);
      if (cost < bestCost) {
        bestCost = cost;
        plan.rows = rows;
        plan.vectors = vectors;
      }
    }
  return plan;
}

/// True if copying the rhs into panels pays: it must be transposed, or is more than the
/// L1 cache keeps while many tiles of rows read it.
static bool prefersPacking(const MatmulShape &s, int64_t rows, const VectorTarget &target) {
  if (s.transposedRhs)
    return true;
  return s.m > kMinPackedTiles * rows && s.k * s.n * s.elementBytes > target.l1Bytes / 2;
}

/// True if copying each tile of an lhs that is stored [k, m] pays: a step of k reads
/// another line of it, and several panels read each tile.
static bool prefersPackedLhs(const MatmulShape &s, int64_t panels) {
  return s.transposedLhs && panels > 1 && s.k >= kMinPackedLhsSteps;
}

/// Chooses the work items of a packed matmul: ranges of panels by ranges of tiles, so
/// that there are kMinPackedItems if possible. Each copies its own part of the operands:
/// the number of ranges of the one is how often the other is copied.
static void planItems(const MatmulShape &s, const VectorTarget &target, MatmulPlan &plan) {
  int64_t width = plan.vectors * s.lanes, panels = divideCeil(s.n, width), tiles = divideCeil(s.m, plan.rows);
  int64_t maxPanels = panels, maxTiles = tiles;
  if (plan.packsRhs)
    maxPanels = std::clamp<int64_t>(target.l2Bytes / (plan.depth * width * s.elementBytes), 1, panels);
  if (plan.depth < s.k)
    maxTiles = std::min(tiles, kMaxLongRows / plan.rows);
  int64_t mostItems = 0;
  double bestCopies = std::numeric_limits<double>::infinity();
  for (int64_t chunks = 1; chunks <= std::min(kMinPackedItems, tiles); ++chunks) {
    int64_t groups = std::min<int64_t>(panels, divideCeil(kMinPackedItems, chunks * s.batch));
    int64_t items = std::min(kMinPackedItems, chunks * groups * s.batch);
    double copies = (plan.packsRhs ? s.n * chunks : 0) + (plan.packsLhs ? kLhsCopyCost * s.m * groups : 0);
    if (items < mostItems || (items == mostItems && copies >= bestCopies))
      continue;
    mostItems = items;
    bestCopies = copies;
    plan.panels = std::min<int64_t>(maxPanels, divideCeil(panels, groups));
    plan.rowTiles = std::min<int64_t>(maxTiles, divideCeil(tiles, chunks));
  }
}

MatmulPlan gradus::cpu::planMatmul(const MatmulShape &s, const VectorTarget &target) {
  bool isRounded = s.elementBytes == 4; // f64 has bits to spare
  auto depthOf = [&](int64_t terms) { return isRounded && s.k > kMaxTerms * terms ? kBlockTerms * terms : s.k; };
  if (prefersDot(s)) {
    MatmulPlan plan = planDot(s, target);
    plan.depth = depthOf(s.lanes);
    return plan;
  }
  MatmulPlan plan = planTile(s, target);
  plan.depth = depthOf(1);
  plan.packsRhs = prefersPacking(s, plan.rows, target);
  plan.packsLhs = prefersPackedLhs(s, divideCeil(s.n, plan.vectors * s.lanes));
  if (plan.packsRhs || plan.packsLhs) {
    plan.method = MatmulPlan::Method::Packed;
    planItems(s, target, plan);
  }
  return plan;
}

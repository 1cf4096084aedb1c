//===- MatmulTilingTest.cpp - How a CPU computes a matmul -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/MatmulTiling.h"
#include "compiler/Codegen/Body/LongSum.h"
#include "llvm/Support/MathExtras.h"
#include <gtest/gtest.h>

using namespace gradus;
using namespace gradus::cpu;
using Method = MatmulPlan::Method;

namespace {

constexpr VectorTarget kAVX512{/*vectorBytes=*/64, /*registers=*/32};
constexpr VectorTarget kAVX2{/*vectorBytes=*/32, /*registers=*/16};

/// One matrix of f32, or of elements of so many bytes.
MatmulShape shape(const VectorTarget &target, int64_t m, int64_t n, int64_t k, bool transposedLhs, bool transposedRhs,
                  int64_t elementBytes = 4) {
  return {/*batch=*/1, m, n, k, target.lanes(elementBytes), elementBytes, transposedLhs, transposedRhs};
}

/// Calls `check` with many shapes, small and large, even and odd, for both targets.
template <typename Check>
void forManyShapes(Check check) {
  const int64_t sizes[] = {1, 2, 3, 7, 8, 10, 15, 16, 17, 31, 33, 64, 100, 128, 255, 257, 512, 784, 1024, 3000};
  for (const VectorTarget &target : {kAVX512, kAVX2})
    for (int64_t m : sizes)
      for (int64_t n : sizes)
        for (int64_t k : sizes)
          for (int transposed = 0; transposed < 4; ++transposed)
            for (int64_t elementBytes : {4, 8}) {
              MatmulShape s = shape(target, m, n, k, transposed & 1, transposed & 2, elementBytes);
              SCOPED_TRACE(testing::Message() << m << " x " << n << " x " << k << ", transposed " << transposed << ", "
                                              << elementBytes << " bytes, " << target.registers << " registers");
              check(s, target, planMatmul(s, target));
              if (testing::Test::HasFailure())
                return;
            }
}

TEST(MatmulTiling, InnerLoopFitsTheRegisters) {
  forManyShapes([](const MatmulShape &, const VectorTarget &target, const MatmulPlan &plan) {
    if (plan.method == Method::Dot) {
      // Sums, a vector per row of the lhs and one of the rhs.
      EXPECT_LE(plan.rows * plan.columns + plan.rows + 1, target.registers);
      return;
    }
    // Accumulators, a row of vectors of the rhs and an element of the lhs; LLVM
    // spills where less than two are free, of 16 registers less than one.
    EXPECT_LE(plan.rows * plan.vectors + plan.vectors + 1, target.registers - (target.registers == 16 ? 1 : 2));
  });
}

TEST(MatmulTiling, TilesStayInsideTheResult) {
  forManyShapes([](const MatmulShape &s, const VectorTarget &, const MatmulPlan &plan) {
    EXPECT_GE(plan.rows, 1);
    EXPECT_LE(plan.rows, s.m);
    if (plan.method == Method::Dot)
      return;
    EXPECT_GE(plan.vectors, 1);
    EXPECT_LE(plan.vectors, static_cast<int64_t>(llvm::divideCeil(s.n, s.lanes)));
  });
}

TEST(MatmulTiling, DotProductsNeedBothOperandsContiguousInK) {
  forManyShapes([](const MatmulShape &s, const VectorTarget &, const MatmulPlan &plan) {
    if (plan.method == Method::Dot)
      EXPECT_TRUE(!s.transposedLhs && s.transposedRhs);
    else if (s.transposedRhs)
      EXPECT_EQ(plan.method, Method::Packed);
  });
}

TEST(MatmulTiling, DotColumnsAreLanesOfOneVector) {
  forManyShapes([](const MatmulShape &s, const VectorTarget &, const MatmulPlan &plan) {
    if (plan.method != Method::Dot)
      return;
    EXPECT_TRUE(llvm::isPowerOf2_64(plan.columns));
    EXPECT_LE(plan.columns, s.lanes);
    EXPECT_GE(plan.streams, 1);
    EXPECT_LE(plan.streams, plan.columns);
  });
}

TEST(MatmulTiling, PackedPanelsFitTheL2Cache) {
  forManyShapes([](const MatmulShape &s, const VectorTarget &target, const MatmulPlan &plan) {
    if (plan.method != Method::Packed)
      return;
    int64_t panelBytes = plan.depth * plan.vectors * s.lanes * s.elementBytes;
    EXPECT_GE(plan.panels, 1);
    if (plan.packsRhs && plan.panels > 1)
      EXPECT_LE(plan.panels * panelBytes, target.l2Bytes);
  });
}

TEST(MatmulTiling, LongSumsAreCut) {
  forManyShapes([](const MatmulShape &s, const VectorTarget &, const MatmulPlan &plan) {
    int64_t terms = plan.method == Method::Dot ? s.lanes : 1; // of k in a step of an accumulator
    if (s.elementBytes == 8 || s.k <= kMaxTerms * terms)
      EXPECT_EQ(plan.depth, s.k);
    else
      EXPECT_EQ(plan.depth, kBlockTerms * terms);
  });
}

TEST(MatmulTiling, ScratchDoesNotGrowWithLongSums) {
  MatmulPlan plan = planMatmul(shape(kAVX512, 100000, 64, 1000000, true, true), kAVX512);
  EXPECT_EQ(plan.method, Method::Packed);
  EXPECT_EQ(plan.depth, kBlockTerms);
  EXPECT_LE(plan.rows * plan.rowTiles, 512);
}

TEST(MatmulTiling, TransposedLhsIsCopiedForSeveralPanels) {
  EXPECT_TRUE(planMatmul(shape(kAVX2, 512, 128, 768, true, false), kAVX2).packsLhs);
  // One panel reads it as often as a copy would; a short k stays in the L1 cache.
  EXPECT_FALSE(planMatmul(shape(kAVX2, 512, 16, 768, true, false), kAVX2).packsLhs);
  EXPECT_FALSE(planMatmul(shape(kAVX2, 512, 128, 64, true, false), kAVX2).packsLhs);
  EXPECT_FALSE(planMatmul(shape(kAVX2, 512, 128, 768, false, false), kAVX2).packsLhs);
}

TEST(MatmulTiling, OnePanelIsSharedByRows) {
  // As few channels as one panel holds: work items are chunks of rows.
  MatmulPlan plan = planMatmul(shape(kAVX2, 6400, 16, 150, false, true), kAVX2);
  EXPECT_EQ(plan.method, Method::Dot);
  MatmulShape windows = shape(kAVX2, 6400, 16, 150, false, true);
  windows.scatteredLhs = true;
  plan = planMatmul(windows, kAVX2);
  EXPECT_EQ(plan.method, Method::Packed);
  EXPECT_GE(static_cast<int64_t>(llvm::divideCeil(llvm::divideCeil(6400, plan.rows), plan.rowTiles)), 8);
}

TEST(MatmulTiling, RhsIsCopiedForManyRows) {
  // It is more than half of the L1 cache, and more than sixteen tiles of rows read it.
  VectorTarget target = kAVX512;
  EXPECT_TRUE(planMatmul(shape(target, 768, 512, 128, false, false), target).packsRhs);
  EXPECT_FALSE(planMatmul(shape(target, 96, 512, 128, false, false), target).packsRhs);
  EXPECT_FALSE(planMatmul(shape(target, 768, 32, 128, false, false), target).packsRhs);
  target.l1Bytes = 16 << 10;
  EXPECT_TRUE(planMatmul(shape(target, 768, 32, 128, false, false), target).packsRhs);
}

//===----------------------------------------------------------------------===//
// The shapes of the benchmarks (test/bench), exactly: a change here is one of speed
//===----------------------------------------------------------------------===//

struct Expected {
  Method method;
  int64_t rows, vectors, panels, columns, streams;
};

void expectPlan(const MatmulShape &s, const VectorTarget &target, const Expected &expected) {
  MatmulPlan plan = planMatmul(s, target);
  EXPECT_EQ(plan.method, expected.method);
  EXPECT_EQ(plan.rows, expected.rows);
  EXPECT_EQ(plan.vectors, expected.vectors);
  EXPECT_EQ(plan.panels, expected.panels);
  EXPECT_EQ(plan.columns, expected.columns);
  EXPECT_EQ(plan.streams, expected.streams);
}

TEST(MatmulTiling, Sgemm) {
  expectPlan(shape(kAVX512, 1024, 1024, 1024, false, false), kAVX512, {Method::Packed, 13, 2, 4, 0, 0});
  expectPlan(shape(kAVX2, 1024, 1024, 1024, false, false), kAVX2, {Method::Packed, 6, 2, 8, 0, 0});
}

TEST(MatmulTiling, PredictingOneSample) {
  expectPlan(shape(kAVX512, 1, 16, 784, false, true), kAVX512, {Method::Dot, 1, 0, 1, 16, 8});
  expectPlan(shape(kAVX2, 1, 16, 784, false, true), kAVX2, {Method::Dot, 1, 0, 1, 8, 8});
}

TEST(MatmulTiling, SmallStep) {
  // Forward, and the gradient of the weights.
  expectPlan(shape(kAVX512, 64, 16, 784, false, true), kAVX512, {Method::Dot, 3, 0, 1, 8, 8});
  expectPlan(shape(kAVX2, 64, 16, 784, false, true), kAVX2, {Method::Dot, 3, 0, 1, 4, 4});
  expectPlan(shape(kAVX512, 16, 784, 64, true, false), kAVX512, {Method::Direct, 8, 2, 1, 0, 0});
  expectPlan(shape(kAVX2, 16, 784, 64, true, false), kAVX2, {Method::Direct, 6, 2, 1, 0, 0});
}

TEST(MatmulTiling, WideStep) {
  // Forward, the gradient of the weights, and that of the last layer's input, with a
  // sum of ten.
  expectPlan(shape(kAVX512, 128, 512, 784, false, true), kAVX512, {Method::Dot, 3, 0, 1, 8, 8});
  expectPlan(shape(kAVX2, 128, 512, 784, false, true), kAVX2, {Method::Dot, 3, 0, 1, 4, 4});
  expectPlan(shape(kAVX512, 512, 784, 128, true, false), kAVX512, {Method::Packed, 13, 2, 4, 0, 0});
  expectPlan(shape(kAVX2, 512, 784, 128, true, false), kAVX2, {Method::Packed, 6, 2, 7, 0, 0});
  expectPlan(shape(kAVX512, 128, 512, 10, false, false), kAVX512, {Method::Direct, 26, 1, 1, 0, 0});
  expectPlan(shape(kAVX2, 128, 512, 10, false, false), kAVX2, {Method::Direct, 13, 1, 1, 0, 0});
}

TEST(MatmulTiling, SingleElement) {
  expectPlan(shape(kAVX512, 1, 1, 1, false, false), kAVX512, {Method::Direct, 1, 1, 1, 0, 0});
  expectPlan(shape(kAVX2, 1, 1, 1, true, true), kAVX2, {Method::Packed, 1, 1, 1, 0, 0});
}

} // namespace

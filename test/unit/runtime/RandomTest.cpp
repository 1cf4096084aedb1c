//===- RandomTest.cpp - Philox, initial values, shuffling -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "base/random.h"
}
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace {

struct Known {
  uint32_t counter[4], key[2], out[4];
};

// Known answers of philox4x32-10, from the Random123 distribution.
TEST(Random, PhiloxKnownAnswers) {
  const Known known[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (const Known &k : known) {
    uint32_t out[4];
    gradus_philox(k.counter, k.key, out);
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(out[i], k.out[i]);
  }
}

TEST(Random, ShuffleIsAPermutationOfItsEpoch) {
  std::vector<uint32_t> a(1000), b(1000), again(1000);
  std::vector<bool> seen(1000);
  gradus_shuffle(a.data(), 1000, 5, 1);
  gradus_shuffle(b.data(), 1000, 5, 2);
  gradus_shuffle(again.data(), 1000, 5, 1);
  EXPECT_EQ(a, again);
  int moved = 0;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_LT(a[i], 1000u);
    EXPECT_FALSE(seen[a[i]]);
    seen[a[i]] = true;
    moved += a[i] != b[i];
  }
  EXPECT_GT(moved, 900); // another epoch, another order
}

gradus_variable_t variable(const char *name, const int64_t *shape, uint64_t init, double a, double b) {
  uint64_t bytes = static_cast<uint64_t>(shape[0]) * sizeof(float);
  return {{name, shape, 1, GRADUS_F32, bytes, 0}, 0, init, a, b, 0};
}

TEST(Random, InitialValuesHaveTheirDistribution) {
  const int64_t shape[] = {20000};
  std::vector<float> values(20000);
  auto moments = [&](const gradus_variable_t &v, double &mean, double &deviation) {
    gradus_initialize(&v, 3, values.data());
    double sum = 0, squares = 0;
    for (float x : values) {
      sum += x;
      squares += double(x) * x;
    }
    mean = sum / values.size();
    deviation = std::sqrt(squares / values.size() - mean * mean);
  };
  double mean, deviation;
  // The mean of n values is off by deviation / sqrt(n): 0.007 here; 5 of these are allowed.
  moments(variable("w", shape, GRADUS_INIT_NORMAL, 2, 1), mean, deviation);
  EXPECT_NEAR(mean, 2, 0.036);
  EXPECT_NEAR(deviation, 1, 0.036);
  moments(variable("w", shape, GRADUS_INIT_UNIFORM, -1, 3), mean, deviation);
  EXPECT_NEAR(mean, 1, 0.045);
  EXPECT_NEAR(deviation, 4 / std::sqrt(12), 0.045);
  for (float x : values)
    EXPECT_TRUE(x >= -1 && x <= 3);
  moments(variable("w", shape, GRADUS_INIT_CONSTANT, 0.5, 0), mean, deviation);
  EXPECT_EQ(mean, 0.5);
}

TEST(Random, StreamDependsOnNameAndSeed) {
  const int64_t shape[] = {8};
  float a[8], b[8], c[8], again[8];
  gradus_variable_t v = variable("a.weight", shape, GRADUS_INIT_UNIFORM, 0, 1);
  gradus_variable_t other = variable("b.weight", shape, GRADUS_INIT_UNIFORM, 0, 1);
  gradus_initialize(&v, 1, a);
  gradus_initialize(&other, 1, b);
  gradus_initialize(&v, 2, c);
  gradus_initialize(&v, 1, again);
  for (int i = 0; i < 8; ++i) {
    EXPECT_NE(a[i], b[i]);
    EXPECT_NE(a[i], c[i]);
    EXPECT_EQ(a[i], again[i]);
  }
}

} // namespace

//===- ArenaPackingTest.cpp - Offsets of blocks, by hand and at random ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Memory/ArenaPacking.h"
#include <gtest/gtest.h>
#include <random>
#include <vector>

using gradus::ArenaBlock;
using gradus::assignOffsets;

namespace {

/// No two blocks that are needed at the same time share a byte, and all lie in the arena.
void expectDisjoint(const std::vector<ArenaBlock> &blocks, int64_t total) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    const ArenaBlock &x = blocks[i];
    EXPECT_GE(x.offset, 0);
    EXPECT_LE(x.offset + x.bytes, total);
    for (size_t k = 0; k < i; ++k) {
      const ArenaBlock &y = blocks[k];
      bool apart = x.offset + x.bytes <= y.offset || y.offset + y.bytes <= x.offset;
      EXPECT_TRUE(!x.overlaps(y) || apart) << "blocks " << k << " and " << i;
    }
  }
}

TEST(ArenaPacking, NothingTakesNothing) {
  std::vector<ArenaBlock> none;
  EXPECT_EQ(assignOffsets(none), 0);
}

TEST(ArenaPacking, LifetimesIncludeTheirEnds) {
  // The first is read by launch 1, which writes the second; the third comes after it.
  std::vector<ArenaBlock> blocks{{64, 0, 1}, {64, 1, 2}, {64, 2, 3}};
  EXPECT_EQ(assignOffsets(blocks), 128);
  EXPECT_EQ(blocks[0].offset, 0);
  EXPECT_EQ(blocks[1].offset, 64);
  EXPECT_EQ(blocks[2].offset, 0);
}

TEST(ArenaPacking, LargestFirst) {
  std::vector<ArenaBlock> blocks{{64, 0, 9}, {320, 0, 9}, {128, 0, 9}};
  EXPECT_EQ(assignOffsets(blocks), 512);
  EXPECT_EQ(blocks[1].offset, 0);
  EXPECT_EQ(blocks[2].offset, 320);
  EXPECT_EQ(blocks[0].offset, 448);
}

TEST(ArenaPacking, TiesGoToTheEarlierThenToTheFirstGiven) {
  std::vector<ArenaBlock> blocks{{64, 2, 9}, {64, 1, 9}, {64, 1, 9}};
  EXPECT_EQ(assignOffsets(blocks), 192);
  EXPECT_EQ(blocks[1].offset, 0);
  EXPECT_EQ(blocks[2].offset, 64);
  EXPECT_EQ(blocks[0].offset, 128);
}

TEST(ArenaPacking, SmallestGapThatFits) {
  // At launch 5 the second and the fourth are dead and leave 192 and 128 bytes.
  std::vector<ArenaBlock> blocks{{256, 0, 9}, {192, 0, 4}, {160, 0, 9}, {128, 0, 4}, {96, 0, 9}, {64, 5, 9}};
  EXPECT_EQ(assignOffsets(blocks), 832);
  EXPECT_EQ(blocks[1].offset, 256);
  EXPECT_EQ(blocks[3].offset, 608);
  EXPECT_EQ(blocks[5].offset, 608);
  expectDisjoint(blocks, 832);
}

TEST(ArenaPacking, LowestOfEqualGaps) {
  // At launch 5 there are 192 bytes at 320, and as many at 688 that two blocks leave.
  std::vector<ArenaBlock> blocks{{320, 0, 9}, {192, 0, 4}, {176, 0, 9}, {128, 0, 4},
                                 {64, 0, 4},  {64, 0, 9},  {32, 5, 9}};
  EXPECT_EQ(assignOffsets(blocks), 944);
  EXPECT_EQ(blocks[1].offset, 320);
  EXPECT_EQ(blocks[3].offset, 688);
  EXPECT_EQ(blocks[5].offset, 880);
  EXPECT_EQ(blocks[6].offset, 320);
}

TEST(ArenaPacking, OffsetsOfAlignedSizesAreAligned) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<ArenaBlock> blocks;
    int64_t largest = 0, sum = 0;
    for (int i = 0, count = 1 + static_cast<int>(random() % 40); i < count; ++i) {
      int64_t begin = random() % 30, end = begin + random() % 10, bytes = 64 * (1 + random() % 20);
      blocks.push_back({bytes, begin, end});
      largest = std::max(largest, bytes);
      sum += bytes;
    }
    int64_t total = assignOffsets(blocks);
    expectDisjoint(blocks, total);
    EXPECT_GE(total, largest);
    EXPECT_LE(total, sum);
    for (const ArenaBlock &block : blocks)
      EXPECT_EQ(block.offset % 64, 0);
  }
}

} // namespace

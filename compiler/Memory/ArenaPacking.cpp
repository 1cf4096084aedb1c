//===- ArenaPacking.cpp - Best fit by decreasing size ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Memory/ArenaPacking.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <limits>
#include <tuple>

using namespace llvm;
using gradus::ArenaBlock;

/// The offset of the smallest gap that holds `block` among the blocks of `placed`
/// that it overlaps, or the end of those. `placed` is sorted by offset.
static int64_t bestFit(const ArenaBlock &block, ArrayRef<const ArenaBlock *> placed) {
  int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max(), end = 0;
  for (const ArenaBlock *other : placed) {
    if (!other->overlaps(block))
      continue;
    int64_t gap = other->offset - end;
    if (gap >= block.bytes && gap < bestGap) {
      best = end;
      bestGap = gap;
    }
    end = std::max(end, other->offset + other->bytes);
  }
  return best >= 0 ? best : end;
}

int64_t gradus::assignOffsets(MutableArrayRef<ArenaBlock> blocks) {
  SmallVector<ArenaBlock *> order(make_pointer_range(blocks));
  // Equal ones are in the order of the array, which the addresses tell.
  sort(order, [](const ArenaBlock *lhs, const ArenaBlock *rhs) {
    return std::tie(rhs->bytes, lhs->begin, lhs) < std::tie(lhs->bytes, rhs->begin, rhs);
  });
  SmallVector<const ArenaBlock *> placed; // by offset
  int64_t total = 0;
  for (ArenaBlock *block : order) {
    block->offset = bestFit(*block, placed);
    total = std::max(total, block->offset + block->bytes);
    auto after = [](const ArenaBlock *lhs, const ArenaBlock *rhs) { return lhs->offset < rhs->offset; };
    placed.insert(upper_bound(placed, block, after), block);
  }
  return total;
}

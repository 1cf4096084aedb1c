//===- ArenaPacking.h - Offsets for blocks of memory that live for a while -===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_MEMORY_ARENAPACKING_H
#define GRADUS_COMPILER_MEMORY_ARENAPACKING_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace gradus {

/// A block of memory that is needed from launch `begin` to launch `end`, inclusive.
struct ArenaBlock {
  /// Size in bytes. Offsets are sums of sizes: for aligned offsets, round it up.
  int64_t bytes;
  /// The first and the last launch that touch the block.
  int64_t begin, end;
  /// Bytes from the start of the arena; set by assignOffsets.
  int64_t offset = 0;

  /// True if both blocks are needed at some launch.
  bool overlaps(const ArenaBlock &other) const { return begin <= other.end && other.begin <= end; }
};

/// Sets the offsets so that no two blocks that are needed at the same time share a
/// byte. Blocks are placed by decreasing size, then by increasing begin, then in
/// the order given, each in the smallest gap that holds it among those it overlaps,
/// the lowest if several are equal. Returns the size of the arena in bytes.
int64_t assignOffsets(llvm::MutableArrayRef<ArenaBlock> blocks);

} // namespace gradus

#endif

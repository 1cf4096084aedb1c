//===- LaunchOrder.h - An order that grows with the graph -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FUSION_LAUNCHORDER_H
#define GRADUS_COMPILER_FUSION_LAUNCHORDER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace gradus {

/// An acyclic graph of numbered nodes, kept in an order in which each comes
/// behind all that it depends on, while edges are added and nodes are merged.
/// Only the part of the order between the two ends of a new edge is looked at
/// (after Pearce and Kelly, A dynamic topological sort algorithm for directed
/// acyclic graphs, 2006).
class LaunchOrder {
public:
  /// Adds a node at the end and returns its number; they count from 0. It may depend
  /// on any node that exists.
  int add(llvm::ArrayRef<int> dependencies);

  /// True if `to` depends on `from` by a path over at least one other node, or,
  /// with `direct`, by any path; false for a node and itself.
  bool reaches(int from, int to, bool direct) const;

  /// Makes x one with y, which depends on it, under y's number. There must be no path
  /// from x to y over another node.
  void merge(int x, int y);

  /// Makes `second` depend on `first`; there must be no path the other way.
  void addEdge(int first, int second);

  /// All nodes that have not been merged into others, each behind what it depends on.
  llvm::SmallVector<int> inOrder() const;

private:
  /// True if a node other than `node` depends on `from` and comes before `node`.
  bool isUsedBefore(int from, int node) const;
  /// The node that `node` is part of.
  int find(int node) const;
  /// Puts `node`, and what depends on it, behind `behind`.
  void moveBehind(int node, int behind);

  std::vector<llvm::SmallVector<int, 4>> dependencies; // by node; may name merged ones
  std::vector<llvm::SmallVector<int, 4>> users;        // the same edges from the other end
  std::vector<int> mergedInto;                         // by node: itself, or where it went
  std::vector<int> rank;                               // by node: its index in `byRank`
  std::vector<int> byRank;                             // nodes; -1 where one was merged
};

} // namespace gradus

#endif

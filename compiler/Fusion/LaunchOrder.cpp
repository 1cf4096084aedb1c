//===- LaunchOrder.cpp - An order that grows with the graph ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Fusion/LaunchOrder.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace gradus;

int LaunchOrder::add(ArrayRef<int> newDependencies) {
  int node = rank.size();
  dependencies.emplace_back(newDependencies);
  users.emplace_back();
  for (int d : newDependencies)
    users[find(d)].push_back(node);
  mergedInto.push_back(node);
  rank.push_back(byRank.size());
  byRank.push_back(node);
  return node;
}

int LaunchOrder::find(int node) const {
  while (mergedInto[node] != node)
    node = mergedInto[node];
  return node;
}

bool LaunchOrder::isUsedBefore(int from, int node) const {
  return any_of(users[from], [&](int user) {
    user = find(user);
    return user != from && user != node && rank[user] < rank[node];
  });
}

bool LaunchOrder::reaches(int from, int to, bool direct) const {
  if (rank[from] >= rank[to])
    return false;
  // Mostly a value has one user, and what that one depends on need not be searched.
  if (!direct && !isUsedBefore(from, to))
    return false;
  SmallVector<int> stack;
  DenseSet<int> seen;
  auto push = [&](int node) {
    for (int d : dependencies[node])
      if (d = find(d); d != node && rank[d] >= rank[from] && seen.insert(d).second)
        stack.push_back(d);
  };
  push(to);
  if (!direct) {
    // The edge itself is not a way over another node.
    erase(stack, from);
    seen.erase(from);
  }
  while (!stack.empty()) {
    int node = stack.pop_back_val();
    if (node == from)
      return true;
    push(node);
  }
  return false;
}

void LaunchOrder::moveBehind(int node, int behind) {
  int lo = rank[node], hi = rank[behind];
  if (lo > hi)
    return;
  SmallVector<int> stay, move{node};
  DenseSet<int> moved{node};
  for (int r = lo + 1; r <= hi; ++r) {
    int next = byRank[r];
    if (next < 0)
      continue;
    bool follows = next != behind && any_of(dependencies[next], [&](int d) { return moved.contains(find(d)); });
    if (follows)
      moved.insert(next);
    (follows ? move : stay).push_back(next);
  }
  int r = lo;
  for (int next : concat<int>(stay, move)) {
    rank[next] = r;
    byRank[r++] = next;
  }
  while (r <= hi)
    byRank[r++] = -1;
}

void LaunchOrder::merge(int x, int y) {
  // With nothing between that depends on x, the order is right without it.
  if (isUsedBefore(x, y))
    moveBehind(x, y);
  byRank[rank[x]] = -1;
  mergedInto[x] = y;
  append_range(users[y], users[x]);
  users[x].clear();
  append_range(dependencies[y], dependencies[x]);
  dependencies[x].clear();
  // A node is named once, and not by itself.
  for (int &d : dependencies[y])
    d = find(d);
  sort(dependencies[y]);
  dependencies[y].erase(llvm::unique(dependencies[y]), dependencies[y].end());
  erase(dependencies[y], y);
}

void LaunchOrder::addEdge(int first, int second) {
  moveBehind(second, first);
  dependencies[second].push_back(first);
  users[first].push_back(second);
}

SmallVector<int> LaunchOrder::inOrder() const {
  SmallVector<int> nodes;
  for (int node : byRank)
    if (node >= 0)
      nodes.push_back(node);
  return nodes;
}

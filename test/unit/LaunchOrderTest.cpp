//===- LaunchOrderTest.cpp - The order against a plain search -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Fusion/LaunchOrder.h"
#include <gtest/gtest.h>
#include <random>
#include <set>

using gradus::LaunchOrder;

namespace {

TEST(LaunchOrder, KeepsTheOrderOfUnrelatedNodes) {
  LaunchOrder order;
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(order.add({}), i);
  EXPECT_EQ(order.inOrder(), (llvm::SmallVector<int>{0, 1, 2, 3}));
}

TEST(LaunchOrder, AnEdgeMovesNoMoreThanItMust) {
  LaunchOrder order;
  order.add({});
  order.add({0});
  order.add({});
  order.addEdge(2, 0); // 0, and 1 behind it, must follow 2
  EXPECT_EQ(order.inOrder(), (llvm::SmallVector<int>{2, 0, 1}));
}

TEST(LaunchOrder, ReachesOverOtherNodes) {
  LaunchOrder order;
  order.add({});
  order.add({0});
  order.add({0, 1});
  EXPECT_TRUE(order.reaches(0, 1, /*direct=*/true));
  EXPECT_FALSE(order.reaches(0, 1, /*direct=*/false));
  EXPECT_TRUE(order.reaches(0, 2, /*direct=*/false));
  EXPECT_FALSE(order.reaches(2, 0, /*direct=*/true));
}

TEST(LaunchOrder, AMergedNodeHasTheEdgesOfBoth) {
  LaunchOrder order;
  order.add({});
  order.add({});
  order.add({0});
  order.add({1, 2});
  order.merge(2, 3);
  EXPECT_EQ(order.inOrder(), (llvm::SmallVector<int>{0, 1, 3}));
  EXPECT_TRUE(order.reaches(0, 3, /*direct=*/true));
}

/// The same graph, by plain means.
struct PlainGraph {
  std::vector<std::set<int>> dependencies;

  bool depends(int node, int on) const {
    for (int d : dependencies[node])
      if (d == on || depends(d, on))
        return true;
    return false;
  }
  bool dependsOverAnother(int node, int on) const {
    for (int d : dependencies[node])
      if (d != on && depends(d, on))
        return true;
    return false;
  }
  void merge(int x, int y) {
    for (std::set<int> &set : dependencies)
      if (set.erase(x))
        set.insert(y);
    dependencies[y].insert(dependencies[x].begin(), dependencies[x].end());
    dependencies[y].erase(y);
    dependencies[x].clear();
  }
};

/// A graph and its order, changed at random.
struct RandomGraph {
  std::mt19937 random;
  LaunchOrder order;
  PlainGraph plain;
  std::vector<int> alive;

  explicit RandomGraph(unsigned seed) : random(seed) {
    int count = 3 + below(12);
    for (int i = 0; i < count; ++i) {
      std::set<int> on;
      for (int e = below(3); e > 0 && i; --e)
        on.insert(below(i));
      order.add(std::vector<int>(on.begin(), on.end()));
      plain.dependencies.push_back(on);
      alive.push_back(i);
    }
  }

  int below(int n) { return static_cast<int>(random() % n); }
  int pick() { return alive[below(alive.size())]; }

  /// Merges x into y or adds an edge, if the one or the other is allowed.
  void connect(int x, int y) {
    if (plain.dependencies[y].count(x) && !plain.dependsOverAnother(y, x)) {
      order.merge(x, y);
      plain.merge(x, y);
      alive.erase(std::find(alive.begin(), alive.end(), x));
    } else if (!plain.depends(x, y)) {
      order.addEdge(x, y);
      plain.dependencies[y].insert(x);
    }
  }

  void expectSorted() {
    std::set<int> seen;
    for (int node : order.inOrder()) {
      for (int d : plain.dependencies[node])
        ASSERT_TRUE(seen.count(d)) << node << " comes before " << d;
      seen.insert(node);
    }
    ASSERT_EQ(seen.size(), alive.size());
  }
};

// After each change every node must come behind what it depends on, and `reaches`
// must say what a search of the whole graph says.
TEST(LaunchOrder, AgreesWithAPlainSearch) {
  int checks = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomGraph graph(seed);
    for (int action = 0; action < 20 && graph.alive.size() > 2; ++action) {
      int x = graph.pick(), y = graph.pick();
      if (x == y)
        continue;
      ++checks;
      ASSERT_EQ(graph.order.reaches(x, y, /*direct=*/true), graph.plain.depends(y, x)) << x << " to " << y;
      ASSERT_EQ(graph.order.reaches(x, y, /*direct=*/false), graph.plain.dependsOverAnother(y, x)) << x << " to " << y;
      graph.connect(x, y);
      ASSERT_NO_FATAL_FAILURE(graph.expectSorted());
    }
  }
  EXPECT_GT(checks, 1000);
}

} // namespace

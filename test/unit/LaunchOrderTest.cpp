//===- LaunchOrderTest.cpp - The order against a plain search -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random edges and merges; after each, every node must come behind what it
// depends on, and `reaches` must say what a search of the whole graph says.
//
//===----------------------------------------------------------------------===//
#include "compiler/Fusion/LaunchOrder.h"
#include "llvm/Support/raw_ostream.h"
#include <random>
#include <set>

using namespace gradus;

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

int main() {
  int checks = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    auto below = [&](int n) { return static_cast<int>(random() % n); };
    LaunchOrder order;
    PlainGraph plain;
    std::vector<int> alive;
    int count = 3 + below(12);
    for (int i = 0; i < count; ++i) {
      std::set<int> on;
      for (int e = below(3); e > 0 && i; --e)
        on.insert(below(i));
      order.add(std::vector<int>(on.begin(), on.end()));
      plain.dependencies.push_back(on);
      alive.push_back(i);
    }
    for (int action = 0; action < 20 && alive.size() > 2; ++action) {
      int x = alive[below(alive.size())], y = alive[below(alive.size())];
      if (x == y)
        continue;
      ++checks;
      if (order.reaches(x, y, /*direct=*/true) != plain.depends(y, x) ||
          order.reaches(x, y, /*direct=*/false) != plain.dependsOverAnother(y, x)) {
        llvm::errs() << "seed " << seed << ": reaches(" << x << ", " << y << ") is wrong\n";
        return 1;
      }
      if (plain.dependencies[y].count(x) && !plain.dependsOverAnother(y, x)) {
        order.merge(x, y);
        plain.merge(x, y);
        alive.erase(std::find(alive.begin(), alive.end(), x));
      } else if (!plain.depends(x, y)) {
        order.addEdge(x, y);
        plain.dependencies[y].insert(x);
      }
      llvm::SmallVector<int> sorted = order.inOrder();
      std::set<int> seen;
      for (int node : sorted) {
        for (int d : plain.dependencies[node])
          if (!seen.count(d)) {
            llvm::errs() << "seed " << seed << ": " << node << " comes before " << d << "\n";
            return 1;
          }
        seen.insert(node);
      }
      if (seen.size() != alive.size()) {
        llvm::errs() << "seed " << seed << ": " << seen.size() << " nodes, not " << alive.size() << "\n";
        return 1;
      }
    }
  }
  llvm::outs() << checks << " checks\n";
  return checks > 1000 ? 0 : 1;
}

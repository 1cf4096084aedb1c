//===- KernelGroups.h - Which ops of a step become one kernel -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FUSION_KERNELGROUPS_H
#define GRADUS_COMPILER_FUSION_KERNELGROUPS_H

#include "compiler/Fusion/LaunchOrder.h"
#include "compiler/Interfaces/OpInterfaces.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace gradus {

/// How an op takes part in kernels; none for ops that stay outside of kernels, and for null.
std::optional<FusionRole> fusionRole(mlir::Operation *op);
/// True for cheap ops that are cloned into every kernel that needs them.
bool isDuplicable(mlir::Operation *op);
/// True for ops whose result has the bytes of their operand.
bool isView(mlir::Operation *op);

/// Ops that will be one kernel.
struct KernelGroup {
  rt::KernelKind kind = rt::KernelKind::Generic;
  /// In program order.
  llvm::SmallVector<mlir::Operation *> ops;
  /// The shape iterated over, without a matmul's k.
  llvm::SmallVector<int64_t> domain;
  /// Those of `ops` whose values are computed at other indices than those of the loops: their users read them through
  /// maps. Their shapes differ from `domain`.
  llvm::DenseSet<mlir::Operation *> elsewhere;
  /// Row: how many leading dimensions are kept; column: how many are summed over.
  int64_t split = 0;
  /// What was fused and what not, with the reason, as users read it.
  std::vector<std::string> decisions;

  /// Row and column: the dimensions of `domain` that are kept.
  llvm::ArrayRef<int64_t> reducedShape() const {
    llvm::ArrayRef<int64_t> all(domain);
    return kind == rt::KernelKind::Row ? all.take_front(split) : all.drop_front(split);
  }
};

/// The ops of an entry point, grouped. Every op starts as a group of its own;
/// groups joined by an edge are merged where their loop structures agree and no
/// other group must run between them.
class KernelGroups {
public:
  /// Makes a group of each op of `entry`. Every value that is written must be the
  /// result of an op that is written once and not returned (isolateWrites).
  explicit KernelGroups(mlir::func::FuncOp entry) : entry(entry) { makeGroups(); }

  /// Merges what can be one kernel, and records why or why not. To be called once.
  void merge();

  /// Makes each variable's readers run before its writer; where the writer itself
  /// cannot overwrite what it reads, or no such order exists, adds a copy to the
  /// program that is written at the end instead. To be called once, after `merge`.
  void orderWrites();

  /// The groups in the order in which they are to be launched.
  llvm::SmallVector<const KernelGroup *> inOrder() const;

  /// The values that a kernel with `op` in it reads, in order: those that `op`
  /// computes on, and for the results of duplicable ops, what those compute on.
  /// Kernels that take whole tensors (matmul, generic) read `op`'s operands.
  static llvm::SmallVector<mlir::Value> readsOf(mlir::Operation *op);

  /// True if something outside of `group`, which `op` is in, needs the op's result
  /// in memory.
  bool escapes(mlir::Operation *op, const KernelGroup &group) const;

private:
  /// An edge between groups: a value and an op that uses it, perhaps through
  /// duplicable ops (`value` is what they start from).
  struct Edge {
    mlir::Value value;
    mlir::Operation *user;
  };
  /// All edges from one group to another; whether one leads through a view.
  struct Edges {
    llvm::SmallVector<Edge> all;
    bool throughView = false;
  };
  /// The kind of a merged kernel; without one, the reason why groups stay apart.
  struct MergeResult {
    std::optional<rt::KernelKind> kind;
    llvm::StringRef reason;
    /// Whether the group that is read is computed anew at the indices where it is read.
    bool isElsewhere = false;

    MergeResult(rt::KernelKind kind) : kind(kind) {}
    static MergeResult elsewhere(rt::KernelKind kind) {
      MergeResult result(kind);
      result.isElsewhere = true;
      return result;
    }
    static MergeResult refuse(llvm::StringRef reason) { return MergeResult(reason); }

  private:
    explicit MergeResult(llvm::StringRef reason) : reason(reason) {}
  };
  /// The groups that read a variable, and whether its writer reads elements of it
  /// that it has overwritten.
  struct Readers {
    llvm::SetVector<int> groups;
    bool writerNeedsOld = false;
  };

  void makeGroups();
  /// Adds a group of `op` alone; returns its number.
  int addGroup(mlir::Operation *op);
  /// The number of the group that computes `v`, perhaps through views; none for
  /// what no kernel computes.
  std::optional<int> groupProducing(mlir::Value v) const;
  /// True if all ops of `x` have users in it and in group `y` only.
  bool usedOnlyIn(const KernelGroup &x, int y) const;
  /// True if something outside of the groups that are inside needs the result of `op`, which is in one of them, in
  /// memory.
  bool usedOutside(mlir::Operation *op, llvm::function_ref<bool(const KernelGroup &)> isInside) const;
  /// All edges from group x to group y.
  Edges edgesBetween(int x, int y) const;
  /// Decides whether group y, which reads group x by `edges`, can be one kernel
  /// with it; other groups are not considered.
  MergeResult mergedKind(int x, int y, const Edges &edges) const;
  /// The part of mergedKind for row and column kernels, with elementwise ops or
  /// each other.
  MergeResult mergedReduction(int x, int y, llvm::ArrayRef<Edge> edges) const;
  /// Merges group x, which y reads, into y, as `result` says.
  void mergeInto(int x, int y, const MergeResult &result);
  /// The groups that read the variable of `write` by its `reads`; group `writer`
  /// computes the value.
  Readers readersOf(train::WriteOp write, llvm::ArrayRef<train::ReadOp> reads, int writer) const;

  mlir::func::FuncOp entry;
  std::vector<KernelGroup> groups; // by number; those merged into others are empty
  llvm::DenseMap<mlir::Operation *, int> groupOf;
  LaunchOrder order;
};

/// Replaces the value of `write` by a copy that is computed right before; returns
/// the op that copies.
mlir::Operation *copyBefore(train::WriteOp write);

} // namespace gradus

#endif

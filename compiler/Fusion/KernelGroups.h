//===- KernelGroups.h - Which ops of a step become one kernel -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FUSION_KERNELGROUPS_H
#define GRADUS_COMPILER_FUSION_KERNELGROUPS_H

#include "compiler/Fusion/LaunchOrder.h"
#include "compiler/Interfaces/OpInterfaces.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace gradus {

/// How an op takes part in kernels; none for ops that stay outside.
std::optional<FusionRole> fusionRole(mlir::Operation *op);
/// True for cheap ops that are cloned into every kernel that needs them.
bool isDuplicable(mlir::Operation *op);
/// True for ops whose result shows the bytes of their operand.
bool isView(mlir::Operation *op);

/// Ops that will be one kernel.
struct KernelGroup {
  rt::KernelKind kind = rt::KernelKind::Generic;
  llvm::SmallVector<mlir::Operation *> ops; // in program order
  llvm::SmallVector<int64_t> domain;        // elements iterated over, without a contraction's k
  int64_t split = 0;                        // row: leading dims that are kept; column: leading dims summed over
  std::vector<std::string> decisions;

  /// row: the shape left of the split; column: the shape right of it.
  llvm::ArrayRef<int64_t> reducedShape() const {
    llvm::ArrayRef<int64_t> all(domain);
    return kind == rt::KernelKind::Row ? all.take_front(split) : all.drop_front(split);
  }
};

/// The ops of an entry point, grouped. Every op starts as a group of its own;
/// groups joined by an edge are merged where their loop structures agree and no
/// other group stands between them.
class KernelGroups {
public:
  explicit KernelGroups(mlir::func::FuncOp entry) : entry(entry) { makeGroups(); }

  /// Merges what can be one kernel, and records why or why not.
  void merge();

  /// Makes each variable's readers come before its writer; where the writer
  /// itself cannot overwrite what it reads, or no such order exists, a copy
  /// at the end writes instead.
  void orderWrites();

  /// The groups as they are to be launched.
  llvm::SmallVector<const KernelGroup *> inOrder() const;

  /// What an op reads: kernels that take whole tensors find duplicable operands
  /// in memory; all others look through them.
  static llvm::SmallVector<mlir::Value> readsOf(mlir::Operation *op);

  /// True if someone outside of `group` needs the op's result in memory.
  bool escapes(mlir::Operation *op, const KernelGroup &group) const;

private:
  /// An edge between groups: a value and an op that uses it, perhaps through
  /// duplicable ops (`value` is what they start from).
  struct Edge {
    mlir::Value value;
    mlir::Operation *user;
  };

  void makeGroups();
  int addGroup(mlir::Operation *op);
  int groupProducing(mlir::Value v, bool *throughView = nullptr) const;
  bool usedOnlyIn(const KernelGroup &x, int y) const;
  std::optional<rt::KernelKind> mergedKind(int x, int y, llvm::ArrayRef<Edge> edges, std::string &reason) const;
  llvm::SmallVector<Edge> edgesBetween(int x, int y, bool &throughView) const;
  void mergeInto(int x, int y, rt::KernelKind kind);
  llvm::SetVector<int> readersOf(train::WriteOp write, int writer, bool &unsafe) const;

  mlir::func::FuncOp entry;
  std::vector<KernelGroup> groups; // by number; those merged into others are empty
  llvm::DenseMap<mlir::Operation *, int> groupOf;
  LaunchOrder order;
};

/// Replaces the value of `write` by a copy of it that is computed just before.
mlir::Operation *copyBefore(train::WriteOp write);

} // namespace gradus

#endif

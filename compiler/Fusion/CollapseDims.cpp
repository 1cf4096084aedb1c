//===- CollapseDims.cpp - Computing beyond a reshape ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dense layer on [batch, step, channel] is a matmul of [batch * step, channel]
// between two reshapes. What is computed on its result has one dimension more, and
// so other loops. Here such ops are computed on the shape with fewer dimensions, and
// the reshape moves behind them, until it meets another that undoes it.
//
//===----------------------------------------------------------------------===//
#include "compiler/Fusion/KernelGroups.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace gradus {
#define GEN_PASS_DEF_COLLAPSEDIMSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

/// Adjacent dimensions of a shape that become one, for each dimension that comes out.
using Groups = SmallVector<ReassociationIndices>;

/// `type` with each group one dimension.
static RankedTensorType collapsedType(RankedTensorType type, const Groups &groups) {
  SmallVector<int64_t> shape;
  for (const ReassociationIndices &group : groups) {
    shape.push_back(1);
    for (int64_t dim : group)
      shape.back() *= type.getDimSize(dim);
  }
  return type.clone(shape);
}

/// The groups of `all` whose dimensions are in `dims` (ascending), as groups of
/// positions in `dims`; nothing if a group is only partly in it.
static std::optional<Groups> groupsAmong(ArrayRef<int64_t> dims, const Groups &all) {
  Groups among;
  for (const ReassociationIndices &group : all) {
    ReassociationIndices positions;
    for (auto [i, dim] : llvm::enumerate(dims))
      if (llvm::is_contained(group, dim))
        positions.push_back(i);
    if (!positions.empty() && positions.size() != group.size())
      return std::nullopt;
    if (!positions.empty())
      among.push_back(positions);
  }
  return among;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// True if `v` can be had with its dimensions in `groups` at no cost: cheap ops are
/// computed again, everything else is memory that a reshape shows.
static bool isCollapsible(Value v, const Groups &groups) {
  Operation *def = v.getDefiningOp();
  if (!def || !isDuplicable(def) || isa<ConstantOp>(def))
    return true;
  if (auto iota = dyn_cast<IotaOp>(def))
    return llvm::all_of(groups, [&](const ReassociationIndices &group) {
      return group.size() == 1 || !llvm::is_contained(group, static_cast<int64_t>(iota.getDim()));
    });
  if (auto broadcast = dyn_cast<BroadcastOp>(def)) {
    std::optional<Groups> kept = groupsAmong(broadcast.getDims(), groups);
    return kept && isCollapsible(broadcast.getInput(), *kept);
  }
  return isa<ElementwiseOpInterface>(def) &&
         llvm::all_of(def->getOperands(), [&](Value operand) { return isCollapsible(operand, groups); });
}

static Operation *collapseElementwise(OpBuilder &b, Operation *op, const Groups &groups);

/// `v` with its dimensions in `groups`; it must be collapsible.
static Value collapse(OpBuilder &b, Value v, const Groups &groups) {
  Operation *def = v.getDefiningOp();
  RankedTensorType type = collapsedType(typeOf(v), groups);
  if (!def || !isDuplicable(def))
    return b.createOrFold<ReshapeOp>(v.getLoc(), type, v);
  if (auto constant = dyn_cast<ConstantOp>(def))
    return ConstantOp::create(b, def->getLoc(), cast<SplatElementsAttr>(constant.getValue()).resizeSplat(type));
  auto groupOf = [&](int64_t dim) {
    return llvm::find_if(groups, [&](const ReassociationIndices &g) { return llvm::is_contained(g, dim); }) -
           groups.begin();
  };
  if (auto iota = dyn_cast<IotaOp>(def))
    return IotaOp::create(b, def->getLoc(), type, groupOf(iota.getDim()));
  if (auto broadcast = dyn_cast<BroadcastOp>(def)) {
    SmallVector<int64_t> dims;
    for (int64_t dim : broadcast.getDims())
      if (dims.empty() || dims.back() != groupOf(dim))
        dims.push_back(groupOf(dim));
    Value input = collapse(b, broadcast.getInput(), *groupsAmong(broadcast.getDims(), groups));
    return BroadcastOp::create(b, def->getLoc(), type, input, dims);
  }
  return collapseElementwise(b, def, groups)->getResult(0);
}

/// `op`, elementwise or without tensors of its shape as operands, on fewer dimensions.
static Operation *collapseElementwise(OpBuilder &b, Operation *op, const Groups &groups) {
  IRMapping map;
  if (isa<ElementwiseOpInterface>(op))
    for (Value operand : op->getOperands())
      map.map(operand, collapse(b, operand, groups));
  Operation *collapsed = b.clone(*op, map);
  collapsed->getResult(0).setType(collapsedType(typeOf(op->getResult(0)), groups));
  return collapsed;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// True if `v` is computed by loops that more ops can join.
static bool isFusible(Value v) {
  std::optional<FusionRole> role = fusionRole(v.getDefiningOp());
  return role == FusionRole::Elementwise || role == FusionRole::Reduction || role == FusionRole::Matmul;
}

/// Computes an elementwise op on `groups` of its dimensions.
static LogicalResult rewriteElementwise(PatternRewriter &b, Operation *op, const Groups &groups) {
  bool isElementwise = isa<ElementwiseOpInterface>(op) && !isDuplicable(op);
  // What a variable is overwritten with is the result of a kernel, not a view of one.
  bool isWritten = llvm::any_of(op->getUsers(), llvm::IsaPred<train::WriteOp>);
  if (isWritten || !(isElementwise || isa<RandomUniformOp>(op)))
    return failure();
  if (isElementwise && !llvm::all_of(op->getOperands(), [&](Value v) { return isCollapsible(v, groups); }))
    return failure();
  b.setInsertionPoint(op);
  Operation *collapsed = collapseElementwise(b, op, groups);
  b.replaceOpWithNewOp<ReshapeOp>(op, op->getResult(0).getType(), collapsed->getResult(0));
  return success();
}

/// Computes a reduction on `groups` of its input's dimensions.
static LogicalResult rewriteReduce(PatternRewriter &b, ReduceOp op, const Groups &groups) {
  SmallVector<int64_t> dims;
  for (auto [i, group] : llvm::enumerate(groups)) {
    auto reduced = llvm::count_if(group, [&](int64_t dim) { return llvm::is_contained(op.getDims(), dim); });
    if (reduced != 0 && reduced != static_cast<int64_t>(group.size()))
      return failure();
    if (reduced)
      dims.push_back(i);
  }
  if (static_cast<int64_t>(groups.size()) == rankOf(op.getInput()) || !isCollapsible(op.getInput(), groups))
    return failure();
  // A reshape would part the reduction from what it reduces.
  Operation *source = op.getInput().getDefiningOp();
  if (source && isa<ElementwiseOpInterface>(source) &&
      !llvm::all_of(source->getOperands(), [&](Value v) { return isCollapsible(v, groups); }))
    return failure();
  b.setInsertionPoint(op);
  Value input = collapse(b, op.getInput(), groups);
  Value sum = ReduceOp::create(b, op.getLoc(), op.getKind(), input, dims);
  b.replaceOp(op, b.createOrFold<ReshapeOp>(op.getLoc(), op.getType(), sum));
  return success();
}

namespace {

/// Pattern: elementwise(reshape(x)) -> reshape(elementwise(x)), where x has fewer
/// dimensions and is computed by loops that the op can join; the same for reduce.
struct MoveExpansionDown : OpRewritePattern<ReshapeOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ReshapeOp reshape, PatternRewriter &b) const override {
    RankedTensorType from = typeOf(reshape.getInput()), to = reshape.getType();
    if (from.getRank() == 0 || from.getRank() >= to.getRank() || !isFusible(reshape.getInput()))
      return failure();
    auto groups = getReassociationIndicesForReshape(from, to);
    if (!groups)
      return failure();
    for (Operation *user : reshape->getUsers()) {
      auto reduce = dyn_cast<ReduceOp>(user);
      if (succeeded(reduce ? rewriteReduce(b, reduce, *groups) : rewriteElementwise(b, user, *groups)))
        return success();
    }
    return failure();
  }
};

/// Pattern: reshape(elementwise(x)) -> elementwise(reshape(x)), where the result has
/// fewer dimensions and is read by loops that the op can join; the same for reduce.
struct MoveCollapseUp : OpRewritePattern<ReshapeOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ReshapeOp reshape, PatternRewriter &b) const override {
    RankedTensorType from = typeOf(reshape.getInput()), to = reshape.getType();
    Operation *source = reshape.getInput().getDefiningOp();
    bool isRead = llvm::any_of(reshape->getUsers(), [](Operation *user) {
      std::optional<FusionRole> role = fusionRole(user);
      return role == FusionRole::Elementwise || role == FusionRole::Reduction || role == FusionRole::Duplicable;
    });
    if (to.getRank() == 0 || to.getRank() >= from.getRank() || !source || !isRead)
      return failure();
    auto groups = getReassociationIndicesForReshape(from, to);
    if (!groups)
      return failure();
    if (auto reduce = dyn_cast<ReduceOp>(source))
      return rewriteReduce(b, reduce, groupsOfInput(reduce, *groups));
    return rewriteElementwise(b, source, *groups);
  }

private:
  /// The groups of a reduction's input that make `groups` of its result; dimensions
  /// that are reduced stay alone, and so do kept ones that they part.
  static Groups groupsOfInput(ReduceOp op, const Groups &groups) {
    SmallVector<int64_t> kept;
    for (int64_t dim = 0; dim < rankOf(op.getInput()); ++dim)
      if (!llvm::is_contained(op.getDims(), dim))
        kept.push_back(dim);
    Groups all;
    int64_t next = 0;
    auto addAlone = [&](int64_t end) {
      for (; next < end; ++next)
        all.push_back({next});
    };
    for (const ReassociationIndices &group : groups)
      for (int64_t i : group) {
        bool joins = i != group.front() && next == kept[i];
        addAlone(kept[i]);
        if (joins)
          all.back().push_back(next++);
        else
          addAlone(kept[i] + 1);
      }
    addAlone(rankOf(op.getInput()));
    return all;
  }
};

struct CollapseDimsPass : gradus::impl::CollapseDimsPassBase<CollapseDimsPass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MoveExpansionDown, MoveCollapseUp>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("collapsing dimensions did not reach a fixpoint");
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }
};

} // namespace

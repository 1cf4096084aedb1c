//===- Simplify.cpp - Clean up the graph ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Transforms/Patterns.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace gradus {
#define GEN_PASS_DEF_SIMPLIFYPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// The input of a transposition of the last two dimensions only, or null.
Value matrixTransposeInput(Value v) {
  auto op = v.getDefiningOp<TransposeOp>();
  if (!op)
    return {};
  size_t rank = op.getPerm().size();
  for (size_t i = 0; i + 2 < rank; ++i)
    if (op.getPerm()[i] != static_cast<int64_t>(i))
      return {};
  return rank >= 2 && op.getPerm()[rank - 1] == static_cast<int64_t>(rank - 2) ? op.getInput() : Value();
}

// Pattern: matmul(transpose(x), y) -> matmul(x, y) transposed
struct FoldTransposeIntoMatmul : OpRewritePattern<MatmulOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(MatmulOp op, PatternRewriter &b) const override {
    Value lhs = matrixTransposeInput(op.getLhs()), rhs = matrixTransposeInput(op.getRhs());
    if (!lhs && !rhs)
      return b.notifyMatchFailure(op, "no operand is a transposed matrix");
    b.replaceOpWithNewOp<MatmulOp>(op, lhs ? lhs : op.getLhs(), rhs ? rhs : op.getRhs(),
                                   op.getTransposeLhs() != bool(lhs), op.getTransposeRhs() != bool(rhs),
                                   op.getPrecision());
    return success();
  }
};

// Pattern: transpose(broadcast(x)) -> broadcast(x) where the kept dimensions stay in order
struct FoldTransposeOfBroadcast : OpRewritePattern<TransposeOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &b) const override {
    auto broadcast = op.getInput().getDefiningOp<BroadcastOp>();
    if (!broadcast)
      return b.notifyMatchFailure(op, "input is not a broadcast");
    SmallVector<int64_t> dims;
    for (int64_t dim : broadcast.getDims())
      dims.push_back(llvm::find(op.getPerm(), dim) - op.getPerm().begin());
    if (!llvm::is_sorted(dims))
      return b.notifyMatchFailure(op, "kept dimensions change their order");
    b.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), broadcast.getInput(), dims);
    return success();
  }
};

// Pattern: transpose(x) -> reshape(x) where the dimensions of more than one element stay in order
struct TransposeOfUnitDims : OpRewritePattern<TransposeOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &b) const override {
    ArrayRef<int64_t> shape = op.getInput().getType().getShape();
    SmallVector<int64_t> moved(llvm::make_filter_range(op.getPerm(), [&](int64_t dim) { return shape[dim] != 1; }));
    if (!llvm::is_sorted(moved))
      return b.notifyMatchFailure(op, "elements move");
    b.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

// Pattern: f(transpose(x), transpose(y), …) -> transpose(f(x, y, …)) where all are permuted alike
// Transpositions meet behind what is computed between them, and cancel: layers that
// compute with channels last begin and end with one.
struct SinkTranspose : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOpInterface op, PatternRewriter &b) const override {
    TransposeOp first;
    SmallVector<Value> operands;
    auto type = typeOf(op->getResult(0));
    for (Value v : op->getOperands()) {
      auto transpose = v.getDefiningOp<TransposeOp>();
      if (transpose && (!first || first.getPerm() == transpose.getPerm())) {
        first = first ? first : transpose;
        operands.push_back(transpose.getInput());
        continue;
      }
      if (!matchPattern(v, m_Constant()) || !isa<SplatElementsAttr>(v.getDefiningOp<ConstantOp>().getValue()))
        return b.notifyMatchFailure(op, "an operand is not transposed like the others");
      operands.push_back(v);
    }
    if (!first || op->getNumResults() != 1)
      return b.notifyMatchFailure(op, "no operand is transposed");
    ArrayRef<int64_t> shape = first.getInput().getType().getShape();
    for (Value &v : operands)
      if (auto constant = v.getDefiningOp<ConstantOp>(); constant && shapeOf(v) != shape) {
        auto splat = cast<SplatElementsAttr>(constant.getValue());
        v = ConstantOp::create(b, constant.getLoc(), splat.resizeSplat(splat.getType().clone(shape)));
      }
    Operation *moved = b.clone(*op);
    moved->setOperands(operands);
    moved->getResult(0).setType(type.clone(shape));
    b.replaceOpWithNewOp<TransposeOp>(op, moved->getResult(0), first.getPerm());
    return success();
  }
};

struct SimplifyPass : gradus::impl::SimplifyPassBase<SimplifyPass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateSimplifyPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("simplification did not reach a fixpoint");
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }
};

} // namespace

void gradus::populateSimplifyPatterns(RewritePatternSet &patterns) {
  patterns.add<FoldTransposeIntoMatmul, FoldTransposeOfBroadcast, TransposeOfUnitDims, SinkTranspose>(
      patterns.getContext());
}

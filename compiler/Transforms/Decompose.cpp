//===- Decompose.cpp - Composite nn ops in terms of simpler ones ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace gradus {
#define GEN_PASS_DEF_DECOMPOSEPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// `reduced`, which lacks dimension `dim` of `like`, repeated along it.
Value spread(PatternRewriter &b, Location loc, Value reduced, Value like, int64_t dim) {
  SmallVector<int64_t> dims;
  for (int64_t i = 0; i < typeOf(like).getRank(); ++i)
    if (i != dim)
      dims.push_back(i);
  auto type = typeOf(like).clone(typeOf(reduced).getElementType());
  return BroadcastOp::create(b, loc, type, reduced, dims);
}

/// x - max(x), along `dim`: the shift that keeps exp from overflowing.
Value shifted(PatternRewriter &b, Location loc, Value x, int64_t dim) {
  Value max = ReduceOp::create(b, loc, ReduceKind::Max, x, ArrayRef<int64_t>{dim});
  return SubOp::create(b, loc, x, spread(b, loc, max, x, dim));
}

Value sum(PatternRewriter &b, Location loc, Value x, int64_t dim) {
  return ReduceOp::create(b, loc, ReduceKind::Sum, x, ArrayRef<int64_t>{dim});
}

/// The truth of indices[i…] == j, for each j of the last dimension of `shape`.
Value hits(PatternRewriter &b, Location loc, Value indices, RankedTensorType shape) {
  auto wide = shape.clone(typeOf(indices).getElementType());
  int64_t last = shape.getRank() - 1;
  Value position = IotaOp::create(b, loc, wide, last);
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, last));
  Value index = BroadcastOp::create(b, loc, wide, indices, dims);
  return CompareOp::create(b, loc, shape.clone(b.getI1Type()), ComparePredicate::Eq, position, index);
}

// softmax(x) -> e / sum(e), e = exp(x - max(x))
struct DecomposeSoftmax : OpRewritePattern<SoftmaxOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(SoftmaxOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value e = ExpOp::create(b, loc, shifted(b, loc, op.getInput(), op.getDim()));
    b.replaceOpWithNewOp<DivOp>(op, e, spread(b, loc, sum(b, loc, e, op.getDim()), e, op.getDim()));
    return success();
  }
};

// log_softmax(x) -> s - log(sum(exp(s))), s = x - max(x)
struct DecomposeLogSoftmax : OpRewritePattern<LogSoftmaxOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(LogSoftmaxOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value s = shifted(b, loc, op.getInput(), op.getDim());
    Value lse = LogOp::create(b, loc, sum(b, loc, ExpOp::create(b, loc, s), op.getDim()));
    b.replaceOpWithNewOp<SubOp>(op, s, spread(b, loc, lse, s, op.getDim()));
    return success();
  }
};

// softmax_cross_entropy(x, l) -> log(sum(exp(s))) - max(s where index == l, else -inf), s = x - max(x)
// The maximum, rather than a sum, makes a label out of range visible as an infinite loss.
struct DecomposeCrossEntropy : OpRewritePattern<SoftmaxCrossEntropyOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(SoftmaxCrossEntropyOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value x = op.getLogits();
    int64_t dim = typeOf(x).getRank() - 1;
    Value s = shifted(b, loc, x, dim);
    Value lse = LogOp::create(b, loc, sum(b, loc, ExpOp::create(b, loc, s), dim));
    Value none = splat(b, loc, s.getType(), -std::numeric_limits<double>::infinity());
    Value only = SelectOp::create(b, loc, s.getType(), hits(b, loc, op.getLabels(), typeOf(x)), s, none);
    Value picked = ReduceOp::create(b, loc, ReduceKind::Max, only, ArrayRef<int64_t>{dim});
    b.replaceOpWithNewOp<SubOp>(op, lse, picked);
    return success();
  }
};

// dropout(x) -> select(random >= rate, x / (1 - rate), 0)
struct DecomposeDropout : OpRewritePattern<DropoutOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(DropoutOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    double rate = op.getRate().convertToDouble();
    Type type = op.getType();
    Value random = RandomUniformOp::create(b, loc, type, op.getSeed(), op.getStep(), op.getStream());
    Value keep = CompareOp::create(b, loc, typeOf(op.getInput()).clone(b.getI1Type()), ComparePredicate::Ge, random,
                                   splat(b, loc, type, rate));
    Value scaled = MulOp::create(b, loc, op.getInput(), splat(b, loc, type, 1 / (1 - rate)));
    b.replaceOpWithNewOp<SelectOp>(op, type, keep, scaled, splat(b, loc, type, 0));
    return success();
  }
};

// one_hot(i) -> cast(iota == i)
struct DecomposeOneHot : OpRewritePattern<OneHotOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(OneHotOp op, PatternRewriter &b) const override {
    b.replaceOpWithNewOp<CastOp>(op, op.getType(), hits(b, op.getLoc(), op.getIndices(), op.getType()));
    return success();
  }
};

/// Operands of one concat: bufferization takes time by the square of their number.
constexpr size_t kMaxJoined = 16;

// concat(x0, …) of more than 16 -> concat(concat(x0, …, x15), …)
struct DecomposeWideConcat : OpRewritePattern<ConcatOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ConcatOp op, PatternRewriter &b) const override {
    SmallVector<Value> parts(op.getInputs());
    if (parts.size() <= kMaxJoined)
      return b.notifyMatchFailure(op, "has few operands");
    while (parts.size() > kMaxJoined) {
      SmallVector<Value> joined;
      for (size_t i = 0; i < parts.size(); i += kMaxJoined) {
        ArrayRef<Value> some = ArrayRef(parts).slice(i, std::min(kMaxJoined, parts.size() - i));
        joined.push_back(some.size() == 1 ? some[0] : Value(ConcatOp::create(b, op.getLoc(), some, op.getDim())));
      }
      parts = joined;
    }
    b.replaceOpWithNewOp<ConcatOp>(op, parts, op.getDim());
    return success();
  }
};

struct DecomposePass : gradus::impl::DecomposePassBase<DecomposePass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DecomposeSoftmax, DecomposeLogSoftmax, DecomposeCrossEntropy, DecomposeDropout, DecomposeOneHot,
                 DecomposeWideConcat>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

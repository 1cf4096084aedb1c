//===- Decompose.cpp - Composite nn ops in terms of simpler ones ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An op is composite if it has an overload of `decompose` here, which returns what
// replaces it: a value of the same type, of simpler ops, or null to keep the op.
//
//===----------------------------------------------------------------------===//
#include "compiler/Passes/Passes.h"
#include "compiler/Transforms/Patterns.h"
#include "dialects/Support/ForEachOp.h"
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

/// The maximum of x along `dims`, which are dropped.
Value maxAlong(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> dims) {
  return ReduceOp::create(b, loc, ReduceKind::Max, x, dims);
}

/// x - max(x), along `dim`: the shift that keeps exp from overflowing. NaN where
/// the maximum is infinite.
Value shifted(OpBuilder &b, Location loc, Value x, int64_t dim) {
  return SubOp::create(b, loc, x, broadcastAlong(b, loc, maxAlong(b, loc, x, dim), x, dim));
}

/// The sum of x along `dims`, which are dropped.
Value sumAlong(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> dims) {
  return ReduceOp::create(b, loc, ReduceKind::Sum, x, dims);
}

/// The truth of indices[i…] == j, for each j of the last dimension of `shape`.
Value hits(OpBuilder &b, Location loc, Value indices, RankedTensorType shape) {
  auto wide = shape.clone(typeOf(indices).getElementType());
  int64_t last = shape.getRank() - 1;
  Value position = IotaOp::create(b, loc, wide, last);
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, last));
  Value index = BroadcastOp::create(b, loc, wide, indices, dims);
  return CompareOp::create(b, loc, shape.clone(b.getI1Type()), ComparePredicate::Eq, position, index);
}

// Pattern: softmax(x) -> e / sum(e), e = exp(x - max(x))
Value decompose(SoftmaxOp op, OpBuilder &b, Location loc) {
  Value e = ExpOp::create(b, loc, shifted(b, loc, op.getInput(), op.getDim()));
  return DivOp::create(b, loc, e, broadcastAlong(b, loc, sumAlong(b, loc, e, op.getDim()), e, op.getDim()));
}

// Pattern: log_softmax(x) -> s - log(sum(exp(s))), s = x - max(x)
Value decompose(LogSoftmaxOp op, OpBuilder &b, Location loc) {
  Value s = shifted(b, loc, op.getInput(), op.getDim());
  Value lse = LogOp::create(b, loc, sumAlong(b, loc, ExpOp::create(b, loc, s), op.getDim()));
  return SubOp::create(b, loc, s, broadcastAlong(b, loc, lse, s, op.getDim()));
}

// Pattern: softmax_cross_entropy(x, l) -> log(sum(exp(s))) - max(s where index == l, else -inf), s = x - max(x)
// The maximum, rather than a sum, makes a label out of range visible as an infinite loss.
Value decompose(SoftmaxCrossEntropyOp op, OpBuilder &b, Location loc) {
  Value x = op.getLogits();
  int64_t dim = typeOf(x).getRank() - 1;
  Value s = shifted(b, loc, x, dim);
  Value lse = LogOp::create(b, loc, sumAlong(b, loc, ExpOp::create(b, loc, s), dim));
  Value none = splat(b, loc, s.getType(), -std::numeric_limits<double>::infinity());
  Value only = SelectOp::create(b, loc, s.getType(), hits(b, loc, op.getLabels(), typeOf(x)), s, none);
  return SubOp::create(b, loc, lse, maxAlong(b, loc, only, dim));
}

// Pattern: dropout(x) -> select(random >= rate, x / (1 - rate), 0)
Value decompose(DropoutOp op, OpBuilder &b, Location loc) {
  double rate = op.getRate().convertToDouble();
  Type type = op.getType();
  Value random = RandomUniformOp::create(b, loc, type, op.getSeed(), op.getStep(), op.getStream());
  Value keep = CompareOp::create(b, loc, typeOf(op.getInput()).clone(b.getI1Type()), ComparePredicate::Ge, random,
                                 splat(b, loc, type, rate));
  Value scaled = MulOp::create(b, loc, op.getInput(), splat(b, loc, type, 1 / (1 - rate)));
  return SelectOp::create(b, loc, type, keep, scaled, splat(b, loc, type, 0));
}

// Pattern: one_hot(i) -> cast(iota == i)
Value decompose(OneHotOp op, OpBuilder &b, Location loc) {
  return CastOp::create(b, loc, op.getType(), hits(b, loc, op.getIndices(), op.getType()));
}

/// Operands of one concat: bufferization takes time by the square of their number.
constexpr size_t kMaxJoined = 16;

// Pattern: concat(x0, …) of more than 16 -> concat(concat(x0, …, x15), …)
Value decompose(ConcatOp op, OpBuilder &b, Location loc) {
  SmallVector<Value> parts(op.getInputs());
  if (parts.size() <= kMaxJoined)
    return {};
  while (parts.size() > kMaxJoined) {
    SmallVector<Value> joined;
    for (size_t i = 0; i < parts.size(); i += kMaxJoined) {
      ArrayRef<Value> some = ArrayRef(parts).slice(i, std::min(kMaxJoined, parts.size() - i));
      joined.push_back(some.size() == 1 ? some[0] : Value(ConcatOp::create(b, loc, some, op.getDim())));
    }
    parts = joined;
  }
  return ConcatOp::create(b, loc, parts, op.getDim());
}

// Pattern: logsumexp(x) -> m + log(sum(exp(x - m))), m = max(x) clamped to the finite numbers
// An infinite maximum would make NaN of x - m: infinity minus infinity.
Value decompose(LogsumexpOp op, OpBuilder &b, Location loc) {
  Value x = op.getInput();
  Value m = maxAlong(b, loc, x, op.getDims());
  double largest = largestFinite(m.getType());
  m = MaximumOp::create(b, loc, m, splat(b, loc, m.getType(), -largest));
  m = MinimumOp::create(b, loc, m, splat(b, loc, m.getType(), largest));
  Value e = ExpOp::create(b, loc, SubOp::create(b, loc, x, broadcastAlong(b, loc, m, x, op.getDims())));
  return AddOp::create(b, loc, m, LogOp::create(b, loc, sumAlong(b, loc, e, op.getDims())));
}

// Pattern: normalize(x) -> (x - mean(x)) * rsqrt(mean((x - mean(x))^2) + epsilon)
Value decompose(NormalizeOp op, OpBuilder &b, Location loc) {
  Moments moments = momentsAlong(b, loc, op.getInput(), op.getDims(), op.getUncentered());
  Value scale = inverseDeviation(b, loc, moments, op.getEpsilon().convertToDouble());
  return MulOp::create(b, loc, moments.centered, broadcastAlong(b, loc, scale, op.getInput(), op.getDims()));
}

// Pattern: window(x) -> affine_read(x)
Value decompose(WindowOp op, OpBuilder &b, Location loc) {
  return AffineReadOp::create(b, loc, op.getType(), op.getInput(), op.getReadMap());
}

// Pattern: conv(x, w) -> reshape(matmul(reshape(affine_read(x)), reshape(w)))
Value decompose(ConvOp op, OpBuilder &b, Location loc) {
  RankedTensorType weight = op.getWeight().getType(), type = op.getType();
  int64_t spatial = weight.getRank() - 2, channels = weight.getDimSize(0), terms = weight.getNumElements() / channels;
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(1, 1 + spatial));
  // Decomposed at once: the pass does not visit what it makes.
  auto window = WindowOp::create(b, loc, op.getInput(), dims, weight.getShape().slice(1, spatial), op.getStride(),
                                 op.getDilation(), 1 + spatial);
  Value windows = decompose(window, b, loc);
  auto matrix = [&](Value v, int64_t rows, int64_t columns) -> Value {
    return ReshapeOp::create(b, loc, typeOf(v).clone({rows, columns}), v);
  };
  Value lhs = matrix(windows, type.getNumElements() / channels, terms), rhs = matrix(op.getWeight(), channels, terms);
  return ReshapeOp::create(b, loc, type, MatmulOp::create(b, loc, lhs, rhs, false, true, op.getPrecision()));
}

// Pattern: sum_windows(w) -> sum(affine_read(w))
// Element x of a dimension is the sum over k of the windows o with o * stride + k * dilation == x: those at
// (x - k * dilation) / stride, or zero if there is none.
Value decompose(SumWindowsOp op, OpBuilder &b, Location loc) {
  RankedTensorType type = op.getType(), windows = op.getInput().getType();
  auto rank = type.getRank(), count = static_cast<int64_t>(op.getDims().size()), at = static_cast<int64_t>(op.getAt());
  SmallVector<int64_t> every(windows.getRank(), 1);
  // The loops of the sum: the result's dimensions, then those of a window.
  SmallVector<AffineExpr> read(windows.getRank());
  SmallVector<int64_t> loops(type.getShape());
  for (int64_t dim = 0; dim < rank; ++dim)
    read[dim < at ? dim : dim + count] = b.getAffineDimExpr(dim);
  for (auto [i, dim] : llvm::enumerate(op.getDims())) {
    int64_t position = dim < at ? dim : dim + count;
    AffineExpr k = b.getAffineDimExpr(rank + i);
    every[position] = op.getStride()[i];
    read[position] = read[position] - k * op.getDilation()[i];
    read[at + i] = k;
    loops.push_back(op.getSize()[i]);
  }
  AffineMap map = AffineMap::get(rank + count, 0, read, b.getContext());
  Value terms = AffineReadOp::create(b, loc, type.clone(loops), op.getInput(), AffineMapAttr::get(map),
                                     b.getDenseI64ArrayAttr(every), b.getF64FloatAttr(0));
  return sumAlong(b, loc, terms, llvm::to_vector(llvm::seq<int64_t>(rank, rank + count)));
}

// Pattern: reverse(x) -> affine_read(x)
Value decompose(ReverseOp op, OpBuilder &b, Location loc) {
  return AffineReadOp::create(b, loc, op.getType(), op.getInput(), op.getReadMap());
}

/// Replaces an op by what its overload of `decompose` builds, if that is not null.
template <typename Op>
struct DecomposePattern : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &b) const override {
    Value result = decompose(op, b, op.getLoc());
    if (!result)
      return b.notifyMatchFailure(op, "is simple already");
    b.replaceOp(op, result);
    return success();
  }
};

struct DecomposePass : gradus::impl::DecomposePassBase<DecomposePass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateDecomposePatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void gradus::populateDecomposePatterns(RewritePatternSet &patterns) {
  forEachOp<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
      >([&]<typename Op>(std::in_place_type_t<Op>) {
    if constexpr (requires(Op op, OpBuilder &b, Location loc) { decompose(op, b, loc); })
      patterns.add<DecomposePattern<Op>>(patterns.getContext());
  });
}

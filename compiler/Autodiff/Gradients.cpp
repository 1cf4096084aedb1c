//===- Gradients.cpp - The derivative rules of the nn dialect -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One rule per op, an overload of `adjoint`, sorted by name: it appends a gradient
// for each operand to `out`, null where there is none. Elementwise ops carry theirs
// in ODS. `g` is the gradient of the result, `y` the result. The rule of an op of
// several results takes a ValueRange of their gradients instead, null where a
// result has none. Nothing else needs to know of a rule: those that exist are
// found at the end.
//
//===----------------------------------------------------------------------===//
#include "compiler/Autodiff/Gradients.h"
#include "compiler/Interfaces/OpInterfaces.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/MLIRContext.h"
#include <numeric>

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

using Gradients = SmallVectorImpl<Value>;

/// The dimensions of [0, rank) that are not in `dims`.
SmallVector<int64_t> complement(ArrayRef<int64_t> dims, int64_t rank) {
  SmallVector<int64_t> rest;
  for (int64_t i = 0; i < rank; ++i)
    if (!llvm::is_contained(dims, i))
      rest.push_back(i);
  return rest;
}

/// sum over `dim`, broadcast back to the shape of `x`.
Value sumAlong(OpBuilder &b, Location loc, Value x, int64_t dim) {
  Value sum = ReduceOp::create(b, loc, ReduceKind::Sum, x, ArrayRef<int64_t>{dim});
  return broadcastAlong(b, loc, sum, x, dim);
}

void adjoint(ArgmaxOp, OpBuilder &, Location, Value, Gradients &out) { out.push_back({}); }

void adjoint(BroadcastOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(ReduceOp::create(b, loc, ReduceKind::Sum, g, complement(op.getDims(), typeOf(g).getRank())));
}

void adjoint(ConcatOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  int64_t dim = op.getDim(), offset = 0;
  SmallVector<int64_t> stride(typeOf(g).getRank(), 1);
  for (Value input : op.getInputs()) {
    SmallVector<int64_t> start(stride.size(), 0), limit(typeOf(g).getShape());
    start[dim] = offset;
    limit[dim] = offset += typeOf(input).getDimSize(dim);
    out.push_back(SliceOp::create(b, loc, g, start, limit, stride));
  }
}

/// One dimension of a phase of a convolution's gradient: of the input's elements x = stride * q + phase, which see the
/// kernel's elements first + step * j, at the gradient's position q + base - j * dilation.
struct ConvPhase {
  int64_t phase, first, step, count, dilation, base;
  int64_t size; // how many elements x there are

  /// None if no element of the kernel, of `taps` elements, lies on the input's elements x, of `size` in all.
  static std::optional<ConvPhase> get(int64_t phase, int64_t stride, int64_t dilation, int64_t taps, int64_t size) {
    for (int64_t k = 0; k < std::min(taps, stride); ++k) {
      if ((phase - k * dilation) % stride != 0)
        continue;
      int64_t common = std::gcd(stride, dilation), step = stride / common;
      return ConvPhase{phase,
                       k,
                       step,
                       static_cast<int64_t>(llvm::divideCeil(taps - k, step)),
                       dilation / common,
                       (phase - k * dilation) / stride,
                       static_cast<int64_t>(llvm::divideCeil(size - phase, stride))};
    }
    return std::nullopt;
  }
};

/// Of the input's elements of one phase along each size: `g`, with zeros around it, convolved with the kernel's
/// elements turned around, from result channels to channels.
Value phaseOfInput(ConvOp op, OpBuilder &b, Location loc, Value g, ArrayRef<ConvPhase> phases) {
  RankedTensorType weight = op.getWeight().getType();
  int64_t rank = weight.getRank();
  SmallVector<int64_t> low(rank, 0), ones(rank, 1), size(shapeOf(g)), kernelShape(weight.getShape()), dilation;
  std::swap(kernelShape.front(), kernelShape.back());
  SmallVector<AffineExpr> turned =
      llvm::map_to_vector(llvm::seq<unsigned>(0, rank), [&](unsigned d) { return b.getAffineDimExpr(d); });
  std::swap(turned.front(), turned.back());
  for (auto [i, phase] : llvm::enumerate(phases)) {
    int64_t reach = (phase.count - 1) * phase.dilation;
    low[1 + i] = reach - phase.base;
    size[1 + i] = phase.size + reach;
    kernelShape[1 + i] = phase.count;
    turned[1 + i] = phase.first + phase.step * (phase.count - 1) - phase.step * turned[1 + i];
    dilation.push_back(phase.dilation);
  }
  AffineMap map = AffineMap::get(rank, 0, turned, b.getContext());
  Value kernel = AffineReadOp::create(b, loc, weight.clone(kernelShape), op.getWeight(), map);
  Value padded = PadOp::create(b, loc, g, low, ones, size, llvm::APFloat(0.0));
  return ConvOp::create(b, loc, padded, kernel, ArrayRef(ones).drop_front(2), dilation, op.getPrecision());
}

/// The most phases that are convolutions of their own.
constexpr size_t kMaxPhases = 16;

/// The phases of a convolution's gradient by its input, each with one for each size; with more than kMaxPhases, some
/// number above.
SmallVector<SmallVector<ConvPhase>> phasesOf(ConvOp op, ArrayRef<int64_t> stride) {
  SmallVector<SmallVector<ConvPhase>> all(1);
  for (auto [i, by] : llvm::enumerate(stride)) {
    auto dim = static_cast<unsigned>(1 + i);
    int64_t size = op.getInput().getType().getDimSize(dim), taps = op.getWeight().getType().getDimSize(dim);
    SmallVector<SmallVector<ConvPhase>> longer;
    for (ArrayRef<ConvPhase> phases : all)
      for (int64_t r = 0; r < std::min(by, size) && longer.size() <= kMaxPhases; ++r)
        if (auto phase = ConvPhase::get(r, by, op.getDilation()[i], taps, size)) {
          longer.emplace_back(phases);
          longer.back().push_back(*phase);
        }
    all = std::move(longer);
  }
  return all;
}

/// The gradient of a convolution by its input: with a stride, one convolution for each phase, without products with
/// zeros, and the results interleaved. Where there are too many phases, the gradient is spread out by the stride.
Value gradientOfInput(ConvOp op, OpBuilder &b, Location loc, Value g) {
  ArrayRef<int64_t> shape = op.getInput().getType().getShape();
  SmallVector<int64_t> stride(shape.size(), 1), none(shape.size(), 0);
  llvm::copy(op.getStride(), stride.begin() + 1);
  auto spatial = [&] { return ArrayRef(stride).slice(1, shape.size() - 2); };
  SmallVector<SmallVector<ConvPhase>> all = phasesOf(op, spatial());
  if (all.size() > kMaxPhases) {
    SmallVector<int64_t> size;
    for (auto [n, by] : llvm::zip_equal(shapeOf(g), stride))
      size.push_back((n - 1) * by + 1);
    g = PadOp::create(b, loc, g, none, stride, size, llvm::APFloat(0.0));
    stride.assign(shape.size(), 1);
    all = phasesOf(op, spatial());
  }
  Value sum;
  for (ArrayRef<ConvPhase> phases : all) {
    Value part = phaseOfInput(op, b, loc, g, phases);
    SmallVector<int64_t> low(none);
    for (auto [i, phase] : llvm::enumerate(phases))
      low[1 + i] = phase.phase;
    if (shapeOf(part) != shape)
      part = PadOp::create(b, loc, part, low, stride, shape, llvm::APFloat(0.0));
    sum = sum ? AddOp::create(b, loc, sum, part).getResult() : part;
  }
  return sum;
}

void adjoint(ConvOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  auto weight = op.getWeight().getType();
  int64_t rank = weight.getRank(), spatial = rank - 2;
  out.push_back(gradientOfInput(op, b, loc, g));
  // Of the weight: windows of the input, as columns, by the gradient; then channels last again.
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(1, 1 + spatial));
  Value windows = WindowOp::create(b, loc, op.getInput(), dims, weight.getShape().slice(1, spatial), op.getStride(),
                                   op.getDilation(), 1 + spatial);
  int64_t channels = weight.getDimSize(0), terms = weight.getNumElements() / channels;
  int64_t rows = typeOf(g).getNumElements() / channels;
  auto matrix = [&](Value v, int64_t columns) -> Value {
    return ReshapeOp::create(b, loc, typeOf(v).clone({rows, columns}), v);
  };
  Value columns = matrix(windows, terms), gradient = matrix(g, channels);
  Value product = MatmulOp::create(b, loc, columns, gradient, true, false, op.getPrecision());
  // One transposition, which cancels with that of a weight that is stored otherwise.
  SmallVector<int64_t> shape(weight.getShape().drop_front()), perm{rank - 1};
  shape.push_back(channels);
  llvm::append_range(perm, llvm::seq<int64_t>(0, rank - 1));
  product = ReshapeOp::create(b, loc, weight.clone(shape), product);
  out.push_back(TransposeOp::create(b, loc, product, perm));
}

void adjoint(DropoutOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // Linear, with the same mask.
  out.assign(3, Value());
  out[0] = DropoutOp::create(b, loc, g, op.getSeed(), op.getStep(), op.getRateAttr(), op.getStreamAttr());
}

void adjoint(GatherOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(ScatterAddOp::create(b, loc, op.getTable().getType(), g, op.getIndices()));
  out.push_back({});
}

void adjoint(LogSoftmaxOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // g - softmax(x) * sum(g)
  Value softmax = ExpOp::create(b, loc, op.getResult());
  out.push_back(SubOp::create(b, loc, g, MulOp::create(b, loc, softmax, sumAlong(b, loc, g, op.getDim()))));
}

void adjoint(LogsumexpOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // g * exp(x - y), y bounded: where all of x is -inf, so is y, and -inf - -inf is NaN.
  Value x = op.getInput(), y = op.getResult();
  y = MaximumOp::create(b, loc, y, splat(b, loc, y.getType(), -largestFinite(y.getType())));
  auto broadcast = [&](Value v) { return broadcastAlong(b, loc, v, x, op.getDims()); };
  Value share = ExpOp::create(b, loc, SubOp::create(b, loc, x, broadcast(y)));
  out.push_back(MulOp::create(b, loc, broadcast(g), share));
}

void adjoint(NormalizeOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // (g - mean(g) - y * mean(g * y)) * scale, without mean(g) if x is not centered. What the mean and the variance
  // contribute is in the means; the formula is that of Ioffe and Szegedy, arXiv:1502.03167, section 3, rearranged.
  Value x = op.getInput(), y = op.getResult();
  Moments moments = momentsAlong(b, loc, x, op.getDims(), op.getUncentered());
  auto broadcast = [&](Value v) { return broadcastAlong(b, loc, v, x, op.getDims()); };
  Value along = MulOp::create(b, loc, y, broadcast(meanAlong(b, loc, MulOp::create(b, loc, g, y), op.getDims())));
  Value rest = op.getUncentered() ? g : SubOp::create(b, loc, g, broadcast(meanAlong(b, loc, g, op.getDims())));
  Value scale = inverseDeviation(b, loc, moments, op.getEpsilon().convertToDouble());
  out.push_back(MulOp::create(b, loc, SubOp::create(b, loc, rest, along), broadcast(scale)));
}

void adjoint(MatmulOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  //               y = A B     y = A' B    y = A B'    y = A' B'   (' is transposed)
  // gradient of A   g B'        B g'        g B         B' g'
  // gradient of B   A' g        A g         g' A        g' A'
  Value lhs = op.getLhs(), rhs = op.getRhs();
  bool transposedLhs = op.getTransposeLhs(), transposedRhs = op.getTransposeRhs();
  auto matmul = [&](Value l, bool transposeL, Value r, bool transposeR) -> Value {
    return MatmulOp::create(b, loc, l, r, transposeL, transposeR, op.getPrecision());
  };
  out.push_back(transposedLhs ? matmul(rhs, transposedRhs, g, true) : matmul(g, false, rhs, !transposedRhs));
  out.push_back(transposedRhs ? matmul(g, true, lhs, transposedLhs) : matmul(lhs, !transposedLhs, g, false));
}

void adjoint(OneHotOp, OpBuilder &, Location, Value, Gradients &out) { out.push_back({}); }

void adjoint(PadOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  SmallVector<int64_t> limit;
  for (auto [low, stride, size] : llvm::zip(op.getLow(), op.getStride(), typeOf(op.getInput()).getShape()))
    limit.push_back(low + (size - 1) * stride + 1);
  out.push_back(SliceOp::create(b, loc, g, op.getLow(), limit, op.getStride()));
}

void adjoint(ReduceOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  Value x = op.getInput();
  auto broadcast = [&](Value v) { return broadcastAlong(b, loc, v, x, op.getDims()); };
  if (op.getKind() == ReduceKind::Sum) {
    out.push_back(broadcast(g));
    return;
  }
  // The elements that equal the extremum share its gradient.
  Type mask = typeOf(x).clone(b.getI1Type());
  Value hit = CompareOp::create(b, loc, mask, ComparePredicate::Eq, x, broadcast(op.getResult()));
  Value count = ReduceOp::create(b, loc, ReduceKind::Sum, CastOp::create(b, loc, x.getType(), hit), op.getDims());
  Value share = broadcast(DivOp::create(b, loc, g, count));
  out.push_back(SelectOp::create(b, loc, x.getType(), hit, share, splat(b, loc, x.getType(), 0)));
}

void adjoint(ReshapeOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(ReshapeOp::create(b, loc, op.getInput().getType(), g));
}

// Of the identity.
void adjoint(ReverseOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(ReverseOp::create(b, loc, g, op.getDims()));
}

void adjoint(ScatterAddOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(GatherOp::create(b, loc, g, op.getIndices()));
  out.push_back({});
}

void adjoint(SliceOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(
      PadOp::create(b, loc, g, op.getStart(), op.getStride(), typeOf(op.getInput()).getShape(), llvm::APFloat(0.0)));
}

void adjoint(SoftmaxOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // y * (g - sum(g * y))
  Value y = op.getResult();
  Value inner = sumAlong(b, loc, MulOp::create(b, loc, g, y), op.getDim());
  out.push_back(MulOp::create(b, loc, y, SubOp::create(b, loc, g, inner)));
}

void adjoint(SoftmaxCrossEntropyOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // (softmax(logits) - one_hot(labels)) * g
  Value logits = op.getLogits();
  int64_t last = typeOf(logits).getRank() - 1;
  Value softmax = SoftmaxOp::create(b, loc, logits, last);
  Value oneHot = OneHotOp::create(b, loc, logits.getType(), op.getLabels());
  Value broadcast = broadcastAlong(b, loc, g, logits, last);
  out.push_back(MulOp::create(b, loc, SubOp::create(b, loc, softmax, oneHot), broadcast));
  out.push_back({});
}

void adjoint(SumWindowsOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(WindowOp::create(b, loc, g, op.getDims(), op.getSize(), op.getStride(), op.getDilation(), op.getAt()));
}

void adjoint(TransposeOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(TransposeOp::create(b, loc, g, invertPermutationVector(op.getPerm())));
}

void adjoint(WindowOp op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  out.push_back(SumWindowsOp::create(b, loc, op.getInput().getType(), g, op.getDims(), op.getSize(), op.getStride(),
                                     op.getDilation(), op.getAt()));
}

/// True if there is a rule that takes the gradient of the only result.
template <typename Op>
concept HasRule = requires(Op op, OpBuilder &b, Location loc, Value g, Gradients &out) { adjoint(op, b, loc, g, out); };

/// True if there is a rule that takes the gradients of all results.
template <typename Op>
concept HasRuleOfAllResults =
    requires(Op op, OpBuilder &b, Location loc, ValueRange gs, Gradients &out) { adjoint(op, b, loc, gs, out); };

/// Calls the rule above that fits the op, or the one that an elementwise op brings along.
template <typename Op>
struct RuleModel : DifferentiableOpInterface::ExternalModel<RuleModel<Op>, Op> {
  LogicalResult buildAdjoint(Operation *op, OpBuilder &b, Location loc, ValueRange resultGradients,
                             Gradients &operandGradients) const {
    if constexpr (HasRuleOfAllResults<Op>) {
      adjoint(cast<Op>(op), b, loc, resultGradients, operandGradients);
      return success();
    } else if constexpr (HasRule<Op>) {
      static_assert(Op::template hasTrait<OpTrait::OneResult>(), "needs a rule that takes all results' gradients");
      adjoint(cast<Op>(op), b, loc, resultGradients.front(), operandGradients);
      return success();
    } else {
      return cast<Op>(op).buildOperandGradients(b, loc, resultGradients.front(), operandGradients);
    }
  }
};

/// Attaches the interface to `Op` if it has a rule: others are not differentiable.
template <typename Op>
void attachRule(MLIRContext *context) {
  if constexpr (HasRule<Op> || HasRuleOfAllResults<Op> || Op::template hasTrait<ElementwiseOpInterface::Trait>())
    Op::template attachInterface<RuleModel<Op>>(*context);
}

template <typename... Ops>
void attachRules(MLIRContext *context) {
  (attachRule<Ops>(context), ...);
}

} // namespace

void gradus::registerNNDifferentiableOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NNDialect *) {
    attachRules<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
        >(context);
  });
}

//===- NNToLinalg.cpp - nn ops to linalg on tensors -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace gradus {
#define GEN_PASS_DEF_CONVERTNNTOLINALGPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;
using utils::IteratorType;

namespace {

Value empty(OpBuilder &b, Location loc, RankedTensorType type) {
  return tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
}

/// A tensor with every element `value` (zero, or the identity of a reduction).
Value filled(OpBuilder &b, Location loc, RankedTensorType type, TypedAttr value) {
  Value scalar = arith::ConstantOp::create(b, loc, value);
  return linalg::FillOp::create(b, loc, scalar, empty(b, loc, type)).getResult(0);
}

/// A constant index, or a sum of multiples.
Value index(OpBuilder &b, Location loc, int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }

/// Elementwise: identity maps around the op's scalar body.
struct ConvertElementwise : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOpInterface op, PatternRewriter &b) const override {
    Location loc = op->getLoc();
    RankedTensorType type = typeOf(op->getResult(0));
    SmallVector<AffineMap> maps(op->getNumOperands() + 1, b.getMultiDimIdentityMap(type.getRank()));
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    b.replaceOpWithNewOp<linalg::GenericOp>(op, type, op->getOperands(), empty(b, loc, type), maps, iterators,
                                            [&](OpBuilder &nested, Location nestedLoc, ValueRange args) {
                                              Value v = op.buildScalar(nested, nestedLoc, args.drop_back());
                                              linalg::YieldOp::create(nested, nestedLoc, v);
                                            });
    return success();
  }
};

/// A generic that computes each result element from its index and from reads of
/// whole operands: what has no indexing map.
template <typename Body>
void replaceByIndex(PatternRewriter &b, Operation *op, Body body) {
  Location loc = op->getLoc();
  RankedTensorType type = typeOf(op->getResult(0));
  SmallVector<AffineMap> maps{b.getMultiDimIdentityMap(type.getRank())};
  SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
  b.replaceOpWithNewOp<linalg::GenericOp>(op, type, ValueRange(), empty(b, loc, type), maps, iterators,
                                          [&](OpBuilder &nested, Location nestedLoc, ValueRange) {
                                            SmallVector<Value> at;
                                            for (int64_t i = 0; i < type.getRank(); ++i)
                                              at.push_back(linalg::IndexOp::create(nested, nestedLoc, i));
                                            linalg::YieldOp::create(nested, nestedLoc, body(nested, nestedLoc, at));
                                          });
}

/// An integer index clamped into [0, size).
Value clampedIndex(OpBuilder &b, Location loc, Value v, int64_t size) {
  Value i = arith::IndexCastOp::create(b, loc, b.getIndexType(), v);
  return arith::MinSIOp::create(b, loc, arith::MaxSIOp::create(b, loc, i, index(b, loc, 0)), index(b, loc, size - 1));
}

struct ConvertArgmax : OpRewritePattern<ArgmaxOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ArgmaxOp op, PatternRewriter &b) const override {
    // Two results: the largest value so far and its index.
    Location loc = op.getLoc();
    RankedTensorType in = typeOf(op.getInput()), out = op.getType();
    Type element = in.getElementType();
    TypedAttr lowest = isa<FloatType>(element)
                           ? TypedAttr(b.getFloatAttr(element, -std::numeric_limits<double>::infinity()))
                           : b.getIntegerAttr(element, APInt::getSignedMinValue(element.getIntOrFloatBitWidth()));
    SmallVector<IteratorType> iterators(in.getRank(), IteratorType::parallel);
    iterators[op.getDim()] = IteratorType::reduction;
    AffineMap outMap = b.getMultiDimIdentityMap(in.getRank()).dropResult(op.getDim());
    auto generic = linalg::GenericOp::create(
        b, loc, TypeRange{in.clone(out.getShape()), out}, op.getInput(),
        ValueRange{filled(b, loc, in.clone(out.getShape()), lowest),
                   filled(b, loc, out, b.getIntegerAttr(out.getElementType(), 0))},
        ArrayRef<AffineMap>{b.getMultiDimIdentityMap(in.getRank()), outMap, outMap}, iterators,
        [&](OpBuilder &n, Location l, ValueRange args) {
          ScalarBuilder a(n, l, args[0]);
          Value better = a.gt(args[0], args[1]);
          Value here =
              arith::IndexCastOp::create(n, l, out.getElementType(), linalg::IndexOp::create(n, l, op.getDim()));
          linalg::YieldOp::create(n, l,
                                  ValueRange{a.select(better, args[0], args[1]), a.select(better, here, args[2])});
        });
    b.replaceOp(op, generic.getResult(1));
    return success();
  }
};

struct ConvertBroadcast : OpRewritePattern<BroadcastOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(BroadcastOp op, PatternRewriter &b) const override {
    RankedTensorType type = op.getType();
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : op.getDims())
      exprs.push_back(b.getAffineDimExpr(dim));
    SmallVector<AffineMap> maps{AffineMap::get(type.getRank(), 0, exprs, b.getContext()),
                                b.getMultiDimIdentityMap(type.getRank())};
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    b.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, op.getInput(), empty(b, op.getLoc(), type), maps, iterators,
        [](OpBuilder &n, Location l, ValueRange args) { linalg::YieldOp::create(n, l, args[0]); });
    return success();
  }
};

struct ConvertConcat : OpRewritePattern<ConcatOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ConcatOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value result = empty(b, loc, op.getType());
    SmallVector<OpFoldResult> offsets(op.getType().getRank(), b.getIndexAttr(0)),
        strides(offsets.size(), b.getIndexAttr(1));
    int64_t offset = 0, dim = op.getDim();
    for (Value input : op.getInputs()) {
      offsets[dim] = b.getIndexAttr(offset);
      SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(b.getContext(), typeOf(input).getShape());
      result = tensor::InsertSliceOp::create(b, loc, input, result, offsets, sizes, strides);
      offset += typeOf(input).getDimSize(dim);
    }
    b.replaceOp(op, result);
    return success();
  }
};

struct ConvertConstant : OpRewritePattern<ConstantOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ConstantOp op, PatternRewriter &b) const override {
    b.replaceOpWithNewOp<arith::ConstantOp>(op, op.getType(), cast<TypedAttr>(op.getValue()));
    return success();
  }
};

struct ConvertGather : OpRewritePattern<GatherOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(GatherOp op, PatternRewriter &b) const override {
    int64_t lead = typeOf(op.getIndices()).getRank();
    replaceByIndex(b, op, [&](OpBuilder &n, Location l, ArrayRef<Value> at) -> Value {
      Value row = tensor::ExtractOp::create(n, l, op.getIndices(), at.take_front(lead));
      SmallVector<Value> from{clampedIndex(n, l, row, typeOf(op.getTable()).getDimSize(0))};
      llvm::append_range(from, at.drop_front(lead));
      return tensor::ExtractOp::create(n, l, op.getTable(), from);
    });
    return success();
  }
};

struct ConvertIota : OpRewritePattern<IotaOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(IotaOp op, PatternRewriter &b) const override {
    Type element = op.getType().getElementType();
    replaceByIndex(b, op, [&](OpBuilder &n, Location l, ArrayRef<Value> at) -> Value {
      if (isa<IntegerType>(element))
        return arith::IndexCastOp::create(n, l, element, at[op.getDim()]);
      Value i = arith::IndexCastOp::create(n, l, n.getI32Type(), at[op.getDim()]);
      return arith::SIToFPOp::create(n, l, element, i);
    });
    return success();
  }
};

struct ConvertMatmul : OpRewritePattern<MatmulOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(MatmulOp op, PatternRewriter &b) const override {
    // Loops (batch…, m, n, k); a transposed operand is an indexing map.
    Location loc = op.getLoc();
    RankedTensorType type = op.getType();
    int64_t rank = type.getRank();
    Precision precision = op.getPrecision();
    MLIRContext *context = b.getContext();
    SmallVector<AffineExpr> batch;
    for (int64_t i = 0; i + 2 < rank; ++i)
      batch.push_back(b.getAffineDimExpr(i));
    AffineExpr m = b.getAffineDimExpr(rank - 2), n = b.getAffineDimExpr(rank - 1), k = b.getAffineDimExpr(rank);
    auto map = [&](AffineExpr row, AffineExpr column) {
      SmallVector<AffineExpr> exprs(batch);
      exprs.append({row, column});
      return AffineMap::get(rank + 1, 0, exprs, context);
    };
    SmallVector<AffineMap> maps{op.getTransposeLhs() ? map(k, m) : map(m, k),
                                op.getTransposeRhs() ? map(n, k) : map(k, n), map(m, n)};
    SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
    iterators.push_back(IteratorType::reduction);
    Value zero = filled(b, loc, type, b.getFloatAttr(type.getElementType(), 0));
    auto factor = [](OpBuilder &nested, Location l, Value v, Type sum) -> Value {
      return v.getType() == sum ? v : arith::ExtFOp::create(nested, l, sum, v);
    };
    auto generic = b.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, ValueRange{op.getLhs(), op.getRhs()}, zero, maps, iterators,
        [&](OpBuilder &nested, Location l, ValueRange args) {
          Type element = args[2].getType();
          Value product = arith::MulFOp::create(nested, l, factor(nested, l, args[0], element),
                                                factor(nested, l, args[1], element));
          Value sum = arith::AddFOp::create(nested, l, args[2], product);
          linalg::YieldOp::create(nested, l, sum);
        });
    // Only a target with units for it makes use of this.
    if (precision != Precision::F32)
      generic->setAttr(kPrecisionAttr, PrecisionAttr::get(context, precision));
    return success();
  }
};

struct ConvertPad : OpRewritePattern<PadOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(PadOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value zero = filled(b, loc, op.getType(), b.getZeroAttr(op.getType().getElementType()));
    b.replaceOpWithNewOp<tensor::InsertSliceOp>(
        op, op.getInput(), zero, getAsIndexOpFoldResult(b.getContext(), op.getLow()),
        getAsIndexOpFoldResult(b.getContext(), typeOf(op.getInput()).getShape()),
        getAsIndexOpFoldResult(b.getContext(), op.getStride()));
    return success();
  }
};

/// First word of Philox4x32-10 as i32 arithmetic (Salmon et al., SC'11); see
/// compiler/Reference/Philox.h for the same in C++.
Value philox(ImplicitLocOpBuilder &b, SmallVector<Value, 4> c, Value k0, Value k1) {
  Type i32 = b.getI32Type();
  auto lit = [&](uint32_t v) -> Value { return arith::ConstantOp::create(b, b.getIntegerAttr(i32, APInt(32, v))); };
  for (int round = 0; round < 10; ++round) {
    auto p0 = arith::MulUIExtendedOp::create(b, c[0], lit(0xD2511F53u));
    auto p1 = arith::MulUIExtendedOp::create(b, c[2], lit(0xCD9E8D57u));
    Value n0 = arith::XOrIOp::create(b, arith::XOrIOp::create(b, p1.getHigh(), c[1]), k0);
    Value n2 = arith::XOrIOp::create(b, arith::XOrIOp::create(b, p0.getHigh(), c[3]), k1);
    c = {n0, p1.getLow(), n2, p0.getLow()};
    k0 = arith::AddIOp::create(b, k0, lit(0x9E3779B9u));
    k1 = arith::AddIOp::create(b, k1, lit(0xBB67AE85u));
  }
  return c[0];
}

struct ConvertRandomUniform : OpRewritePattern<RandomUniformOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(RandomUniformOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getType();
    AffineMap scalar = AffineMap::get(type.getRank(), 0, rewriter.getContext());
    SmallVector<AffineMap> maps{scalar, scalar, rewriter.getMultiDimIdentityMap(type.getRank())};
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, ValueRange{op.getSeed(), op.getStep()}, empty(rewriter, loc, type), maps, iterators,
        [&](OpBuilder &nested, Location l, ValueRange args) {
          ImplicitLocOpBuilder b(l, nested);
          Type i32 = b.getI32Type(), i64 = b.getI64Type();
          auto low = [&](Value v) -> Value { return arith::TruncIOp::create(b, i32, v); };
          auto high = [&](Value v) -> Value {
            Value shift = arith::ConstantOp::create(b, b.getI64IntegerAttr(32));
            return low(arith::ShRUIOp::create(b, v, shift));
          };
          Value i = index(b, l, 0);
          for (int64_t d = 0; d < type.getRank(); ++d) {
            i = arith::MulIOp::create(b, i, index(b, l, type.getDimSize(d)));
            i = arith::AddIOp::create(b, i, linalg::IndexOp::create(b, d));
          }
          i = arith::IndexCastOp::create(b, i64, i);
          Value stream = arith::ConstantOp::create(b, b.getI32IntegerAttr(op.getStream()));
          Value word = philox(b, {low(i), arith::XOrIOp::create(b, high(i), stream), low(args[1]), high(args[1])},
                              low(args[0]), high(args[0]));
          Value eight = arith::ConstantOp::create(b, b.getI32IntegerAttr(8));
          Value bits = arith::ShRUIOp::create(b, word, eight);
          Value real = arith::UIToFPOp::create(b, type.getElementType(), bits);
          Value scale = arith::ConstantOp::create(b, b.getFloatAttr(type.getElementType(), 0x1p-24));
          linalg::YieldOp::create(b, Value(arith::MulFOp::create(b, real, scale)));
        });
    return success();
  }
};

struct ConvertReduce : OpRewritePattern<ReduceOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    RankedTensorType in = typeOf(op.getInput()), out = op.getType();
    Type element = in.getElementType();
    ReduceKind kind = op.getKind();
    TypedAttr identity = cast<TypedAttr>(b.getZeroAttr(element));
    if (kind != ReduceKind::Sum && isa<FloatType>(element))
      identity = b.getFloatAttr(element, (kind == ReduceKind::Max ? -1 : 1) * std::numeric_limits<double>::infinity());
    else if (kind != ReduceKind::Sum)
      identity = b.getIntegerAttr(element, kind == ReduceKind::Max
                                               ? APInt::getSignedMinValue(element.getIntOrFloatBitWidth())
                                               : APInt::getSignedMaxValue(element.getIntOrFloatBitWidth()));
    SmallVector<IteratorType> iterators(in.getRank(), IteratorType::parallel);
    SmallVector<AffineExpr> kept;
    for (int64_t i = 0; i < in.getRank(); ++i) {
      if (llvm::is_contained(op.getDims(), i))
        iterators[i] = IteratorType::reduction;
      else
        kept.push_back(b.getAffineDimExpr(i));
    }
    SmallVector<AffineMap> maps{b.getMultiDimIdentityMap(in.getRank()),
                                AffineMap::get(in.getRank(), 0, kept, b.getContext())};
    b.replaceOpWithNewOp<linalg::GenericOp>(op, out, op.getInput(), filled(b, loc, out, identity), maps, iterators,
                                            [&](OpBuilder &n, Location l, ValueRange args) {
                                              ScalarBuilder a(n, l, args);
                                              Value v = kind == ReduceKind::Sum   ? a.add(args[1], args[0])
                                                        : kind == ReduceKind::Max ? a.max(args[1], args[0])
                                                                                  : a.min(args[1], args[0]);
                                              linalg::YieldOp::create(n, l, v);
                                            });
    return success();
  }
};

struct ConvertScatterAdd : OpRewritePattern<ScatterAddOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ScatterAddOp op, PatternRewriter &b) const override {
    // Loops (table row, rest…, lead…): each element collects the updates of its
    // row, in order, so that the sum does not depend on how rows are shared.
    Location loc = op.getLoc();
    RankedTensorType type = op.getType();
    int64_t rank = type.getRank(), lead = typeOf(op.getIndices()).getRank();
    auto dims = [&](int64_t from, int64_t to) {
      SmallVector<AffineExpr> exprs;
      for (int64_t i = from; i < to; ++i)
        exprs.push_back(b.getAffineDimExpr(i));
      return exprs;
    };
    SmallVector<AffineExpr> update = dims(rank, rank + lead);
    llvm::append_range(update, dims(1, rank));
    MLIRContext *context = b.getContext();
    SmallVector<AffineMap> maps{AffineMap::get(rank + lead, 0, update, context),
                                AffineMap::get(rank + lead, 0, dims(rank, rank + lead), context),
                                AffineMap::get(rank + lead, 0, dims(0, rank), context)};
    SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
    iterators.append(lead, IteratorType::reduction);
    Value zero = filled(b, loc, type, b.getFloatAttr(type.getElementType(), 0));
    b.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, ValueRange{op.getUpdates(), op.getIndices()}, zero, maps, iterators,
        [&](OpBuilder &n, Location l, ValueRange args) {
          Value row = clampedIndex(n, l, args[1], type.getDimSize(0));
          Value mine = arith::CmpIOp::create(n, l, arith::CmpIPredicate::eq, row, linalg::IndexOp::create(n, l, 0));
          Value sum = arith::AddFOp::create(n, l, args[2], args[0]);
          linalg::YieldOp::create(n, l, Value(arith::SelectOp::create(n, l, mine, sum, args[2])));
        });
    return success();
  }
};

struct ConvertSlice : OpRewritePattern<SliceOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(SliceOp op, PatternRewriter &b) const override {
    replaceByIndex(b, op, [&](OpBuilder &n, Location l, ArrayRef<Value> at) -> Value {
      SmallVector<Value> from;
      for (auto [i, v] : llvm::enumerate(at))
        from.push_back(arith::AddIOp::create(n, l, index(n, l, op.getStart()[i]),
                                             arith::MulIOp::create(n, l, v, index(n, l, op.getStride()[i]))));
      return tensor::ExtractOp::create(n, l, op.getInput(), from);
    });
    return success();
  }
};

struct ConvertTranspose : OpRewritePattern<TransposeOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &b) const override {
    RankedTensorType type = cast<RankedTensorType>(op.getType());
    SmallVector<AffineExpr> source(type.getRank());
    for (auto [k, dim] : llvm::enumerate(op.getPerm()))
      source[dim] = b.getAffineDimExpr(k);
    SmallVector<AffineMap> maps{AffineMap::get(type.getRank(), 0, source, b.getContext()),
                                b.getMultiDimIdentityMap(type.getRank())};
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    b.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, op.getInput(), empty(b, op.getLoc(), type), maps, iterators,
        [](OpBuilder &n, Location l, ValueRange args) { linalg::YieldOp::create(n, l, args[0]); });
    return success();
  }
};

struct ConvertNNToLinalgPass : gradus::impl::ConvertNNToLinalgPassBase<ConvertNNToLinalgPass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertElementwise, ConvertArgmax, ConvertBroadcast, ConvertConcat, ConvertConstant, ConvertGather,
                 ConvertIota, ConvertMatmul, ConvertPad, ConvertRandomUniform, ConvertReduce, ConvertScatterAdd,
                 ConvertSlice, ConvertTranspose>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    // Reshapes stay in entry points, where they are another name for a place.
    WalkResult left = getOperation()->walk([](Operation *op) {
      if (!isa_and_nonnull<NNDialect>(op->getDialect()) || isa<ReshapeOp>(op))
        return WalkResult::advance();
      op->emitError() << "'" << op->getName() << "' has no lowering to linalg; run nn-decompose first";
      return WalkResult::interrupt();
    });
    if (left.wasInterrupted())
      return signalPassFailure();
  }
};

} // namespace

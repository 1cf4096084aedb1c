//===- NNToLinalg.cpp - nn ops to linalg on tensors -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One overload of `lower` per op, sorted by name; elementwise ops share a pattern.
// An overload builds what replaces the op, at the op, and returns its value.
//
//===----------------------------------------------------------------------===//
#include "compiler/Conversion/NNToLinalg.h"
#include "compiler/Conversion/RandomUniform.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/ForEachOp.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
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

/// A tensor without contents, for results to be written to.
Value empty(OpBuilder &b, Location loc, RankedTensorType type) {
  return tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
}

/// A tensor with every element `value` (zero, or the identity of a reduction).
Value filled(OpBuilder &b, Location loc, RankedTensorType type, TypedAttr value) {
  Value scalar = arith::ConstantOp::create(b, loc, value);
  return linalg::FillOp::create(b, loc, scalar, empty(b, loc, type)).getResult(0);
}

/// A constant index.
Value index(OpBuilder &b, Location loc, int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }

/// Builds the value of one result element, given the elements read.
using Body = function_ref<Value(OpBuilder &, Location, ValueRange)>;

/// A generic of parallel loops over the result's dimensions; `maps` say which
/// element of each input an iteration reads.
Value parallelLoops(OpBuilder &b, Location loc, RankedTensorType type, ValueRange inputs, ArrayRef<AffineMap> maps,
                    Body body) {
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(b.getMultiDimIdentityMap(type.getRank()));
  SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, type, inputs, empty(b, loc, type), allMaps, iterators,
      [&](OpBuilder &n, Location l, ValueRange args) { linalg::YieldOp::create(n, l, body(n, l, args.drop_back())); });
  return generic.getResult(0);
}

/// A generic that computes each result element from its index and from reads of
/// whole operands: for reads that no indexing map describes.
Value computeByIndex(OpBuilder &b, Location loc, RankedTensorType type,
                     function_ref<Value(OpBuilder &, Location, ArrayRef<Value>)> body) {
  return parallelLoops(b, loc, type, {}, {}, [&](OpBuilder &n, Location l, ValueRange) {
    SmallVector<Value> at;
    for (int64_t i = 0; i < type.getRank(); ++i)
      at.push_back(linalg::IndexOp::create(n, l, i));
    return body(n, l, at);
  });
}

/// The body that yields the only element it reads.
Value yieldInput(OpBuilder &, Location, ValueRange args) { return args[0]; }

/// The value from which a reduction of `element`s starts.
TypedAttr identityOf(OpBuilder &b, ReduceKind kind, Type element) {
  if (kind == ReduceKind::Sum)
    return cast<TypedAttr>(b.getZeroAttr(element));
  if (isa<FloatType>(element))
    return b.getFloatAttr(element, (kind == ReduceKind::Max ? -1 : 1) * std::numeric_limits<double>::infinity());
  unsigned bits = element.getIntOrFloatBitWidth();
  return b.getIntegerAttr(element,
                          kind == ReduceKind::Max ? APInt::getSignedMinValue(bits) : APInt::getSignedMaxValue(bits));
}

/// An integer index clamped into [0, size).
Value clampedIndex(OpBuilder &b, Location loc, Value v, int64_t size) {
  Value i = arith::IndexCastOp::create(b, loc, b.getIndexType(), v);
  return arith::MinSIOp::create(b, loc, arith::MaxSIOp::create(b, loc, i, index(b, loc, 0)), index(b, loc, size - 1));
}

/// The sum of products of two operands, read through `maps`; the last one is the
/// result's. `type` is the result's.
linalg::GenericOp sumOfProducts(OpBuilder &b, Location loc, RankedTensorType type, Value lhs, Value rhs,
                                ArrayRef<AffineMap> maps) {
  auto widened = [](OpBuilder &nested, Location l, Value v, Type sum) -> Value {
    return v.getType() == sum ? v : arith::ExtFOp::create(nested, l, sum, v);
  };
  SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
  iterators.push_back(IteratorType::reduction);
  Value zero = filled(b, loc, type, b.getFloatAttr(type.getElementType(), 0));
  return linalg::GenericOp::create(
      b, loc, type, ValueRange{lhs, rhs}, zero, maps, iterators, [&](OpBuilder &nested, Location l, ValueRange args) {
        Type element = args[2].getType();
        Value product = arith::MulFOp::create(nested, l, widened(nested, l, args[0], element),
                                              widened(nested, l, args[1], element));
        linalg::YieldOp::create(nested, l, Value(arith::AddFOp::create(nested, l, args[2], product)));
      });
}

Value lower(ArgmaxOp op, OpBuilder &b, Location loc) {
  // Two results: the largest value so far and its index.
  RankedTensorType in = typeOf(op.getInput()), out = op.getType();
  TypedAttr lowest = identityOf(b, ReduceKind::Max, in.getElementType());
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
        // NaN is larger than any number and as large as another NaN.
        Value better = a.gt(args[0], args[1]);
        if (isa<FloatType>(in.getElementType())) {
          better = arith::CmpFOp::create(n, l, arith::CmpFPredicate::UGT, args[0], args[1]);
          Value number = arith::CmpFOp::create(n, l, arith::CmpFPredicate::ORD, args[1], args[1]);
          better = arith::AndIOp::create(n, l, number, better);
        }
        Value here = arith::IndexCastOp::create(n, l, out.getElementType(), linalg::IndexOp::create(n, l, op.getDim()));
        linalg::YieldOp::create(n, l, ValueRange{a.select(better, args[0], args[1]), a.select(better, here, args[2])});
      });
  return generic.getResult(1);
}

Value lower(BroadcastOp op, OpBuilder &b, Location loc) {
  RankedTensorType type = op.getType();
  SmallVector<AffineExpr> exprs;
  for (int64_t dim : op.getDims())
    exprs.push_back(b.getAffineDimExpr(dim));
  AffineMap map = AffineMap::get(type.getRank(), 0, exprs, b.getContext());
  return parallelLoops(b, loc, type, op.getInput(), map, yieldInput);
}

Value lower(ConcatOp op, OpBuilder &b, Location loc) {
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
  return result;
}

Value lower(ConstantOp op, OpBuilder &b, Location loc) {
  return arith::ConstantOp::create(b, loc, op.getType(), cast<TypedAttr>(op.getValue()));
}

/// The index of a tensor of `shape` whose row-major number is `number`.
SmallVector<AffineExpr> delinearized(AffineExpr number, ArrayRef<int64_t> shape) {
  SmallVector<AffineExpr> index;
  int64_t inner = llvm::product_of(shape), outer = inner;
  for (int64_t size : shape) {
    inner /= size;
    index.push_back((outer == llvm::product_of(shape) ? number : number % outer).floorDiv(inner));
    outer = inner;
  }
  return index;
}

Value lower(ContractOp op, OpBuilder &b, Location loc) {
  // Loops (m, n, k).
  AffineExpr m = b.getAffineDimExpr(0), n = b.getAffineDimExpr(1), k = b.getAffineDimExpr(2);
  SmallVector<AffineExpr> index = delinearized(m, op.getRows());
  llvm::append_range(index, delinearized(k, op.getTerms()));
  AffineMap read = op.getMap().compose(AffineMap::get(3, 0, index, b.getContext()));
  auto matrix = [&](AffineExpr row, AffineExpr column) { return AffineMap::get(3, 0, {row, column}, b.getContext()); };
  linalg::GenericOp generic = sumOfProducts(b, loc, op.getType(), op.getLhs(), op.getRhs(),
                                            {read, op.getTransposeRhs() ? matrix(n, k) : matrix(k, n), matrix(m, n)});
  return generic.getResult(0);
}

Value lower(GatherOp op, OpBuilder &b, Location loc) {
  int64_t lead = typeOf(op.getIndices()).getRank();
  return computeByIndex(b, loc, op.getType(), [&](OpBuilder &n, Location l, ArrayRef<Value> at) -> Value {
    Value row = tensor::ExtractOp::create(n, l, op.getIndices(), at.take_front(lead));
    SmallVector<Value> from{clampedIndex(n, l, row, typeOf(op.getTable()).getDimSize(0))};
    llvm::append_range(from, at.drop_front(lead));
    return tensor::ExtractOp::create(n, l, op.getTable(), from);
  });
}

Value lower(IotaOp op, OpBuilder &b, Location loc) {
  Type element = op.getType().getElementType();
  return computeByIndex(b, loc, op.getType(), [&](OpBuilder &n, Location l, ArrayRef<Value> at) -> Value {
    if (isa<IntegerType>(element))
      return arith::IndexCastOp::create(n, l, element, at[op.getDim()]);
    Value i = arith::IndexCastOp::create(n, l, n.getI32Type(), at[op.getDim()]);
    return arith::SIToFPOp::create(n, l, element, i);
  });
}

Value lower(MatmulOp op, OpBuilder &b, Location loc) {
  // Loops (batch…, m, n, k); a transposed operand is an indexing map.
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
  linalg::GenericOp generic = sumOfProducts(
      b, loc, type, op.getLhs(), op.getRhs(),
      {op.getTransposeLhs() ? map(k, m) : map(m, k), op.getTransposeRhs() ? map(n, k) : map(k, n), map(m, n)});
  // For targets with tensor cores; others compute in f32.
  if (precision != Precision::F32)
    generic->setAttr(kPrecisionAttr, PrecisionAttr::get(context, precision));
  return generic.getResult(0);
}

Value lower(PadOp op, OpBuilder &b, Location loc) {
  Type element = op.getType().getElementType();
  double value = op.getValue().convertToDouble();
  TypedAttr around = isa<FloatType>(element) ? TypedAttr(b.getFloatAttr(element, value))
                                             : TypedAttr(b.getIntegerAttr(element, static_cast<int64_t>(value)));
  Value rest = filled(b, loc, op.getType(), around);
  return tensor::InsertSliceOp::create(b, loc, op.getInput(), rest, getAsIndexOpFoldResult(b.getContext(), op.getLow()),
                                       getAsIndexOpFoldResult(b.getContext(), typeOf(op.getInput()).getShape()),
                                       getAsIndexOpFoldResult(b.getContext(), op.getStride()));
}

Value lower(RandomUniformOp op, OpBuilder &b, Location loc) {
  RankedTensorType type = op.getType();
  SmallVector<AffineMap> scalars(2, AffineMap::get(type.getRank(), 0, b.getContext()));
  return parallelLoops(b, loc, type, {op.getSeed(), op.getStep()}, scalars,
                       [&](OpBuilder &n, Location l, ValueRange args) -> Value {
                         // The row-major number of the element.
                         Value i = index(n, l, 0);
                         for (int64_t d = 0; d < type.getRank(); ++d) {
                           i = arith::MulIOp::create(n, l, i, index(n, l, type.getDimSize(d)));
                           i = arith::AddIOp::create(n, l, i, linalg::IndexOp::create(n, l, d));
                         }
                         i = arith::IndexCastOp::create(n, l, n.getI64Type(), i);
                         return randomUniform(n, l, args[0], args[1], op.getStream(), i, type.getElementType());
                       });
}

Value lower(ReduceOp op, OpBuilder &b, Location loc) {
  RankedTensorType in = typeOf(op.getInput()), out = op.getType();
  ReduceKind kind = op.getKind();
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
  auto generic = linalg::GenericOp::create(b, loc, out, op.getInput(),
                                           filled(b, loc, out, identityOf(b, kind, in.getElementType())), maps,
                                           iterators, [&](OpBuilder &n, Location l, ValueRange args) {
                                             ScalarBuilder a(n, l, args);
                                             Value v = kind == ReduceKind::Sum   ? a.add(args[1], args[0])
                                                       : kind == ReduceKind::Max ? a.max(args[1], args[0])
                                                                                 : a.min(args[1], args[0]);
                                             linalg::YieldOp::create(n, l, v);
                                           });
  return generic.getResult(0);
}

Value lower(ScatterAddOp op, OpBuilder &b, Location loc) {
  // Loops (table row, rest…, lead…): each element collects the updates of its
  // row, in order, so that the sum does not depend on how rows are split among threads.
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
  auto generic = linalg::GenericOp::create(
      b, loc, type, ValueRange{op.getUpdates(), op.getIndices()}, zero, maps, iterators,
      [&](OpBuilder &n, Location l, ValueRange args) {
        Value row = clampedIndex(n, l, args[1], type.getDimSize(0));
        Value isHere = arith::CmpIOp::create(n, l, arith::CmpIPredicate::eq, row, linalg::IndexOp::create(n, l, 0));
        Value sum = arith::AddFOp::create(n, l, args[2], args[0]);
        linalg::YieldOp::create(n, l, Value(arith::SelectOp::create(n, l, isHere, sum, args[2])));
      });
  return generic.getResult(0);
}

Value lower(SliceOp op, OpBuilder &b, Location loc) {
  return computeByIndex(b, loc, op.getType(), [&](OpBuilder &n, Location l, ArrayRef<Value> at) -> Value {
    SmallVector<Value> from;
    for (auto [i, v] : llvm::enumerate(at))
      from.push_back(arith::AddIOp::create(n, l, index(n, l, op.getStart()[i]),
                                           arith::MulIOp::create(n, l, v, index(n, l, op.getStride()[i]))));
    return tensor::ExtractOp::create(n, l, op.getInput(), from);
  });
}

Value lower(TransposeOp op, OpBuilder &b, Location loc) {
  RankedTensorType type = typeOf(op.getResult());
  SmallVector<AffineExpr> source(type.getRank());
  for (auto [k, dim] : llvm::enumerate(op.getPerm()))
    source[dim] = b.getAffineDimExpr(k);
  AffineMap map = AffineMap::get(type.getRank(), 0, source, b.getContext());
  return parallelLoops(b, loc, type, op.getInput(), map, yieldInput);
}

/// Elementwise: identity maps around the op's scalar body.
struct ConvertElementwise : OpInterfaceRewritePattern<ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(ElementwiseOpInterface op, PatternRewriter &b) const override {
    RankedTensorType type = typeOf(op->getResult(0));
    SmallVector<AffineMap> maps(op->getNumOperands(), b.getMultiDimIdentityMap(type.getRank()));
    b.replaceOp(op,
                parallelLoops(b, op->getLoc(), type, op->getOperands(), maps,
                              [&](OpBuilder &n, Location l, ValueRange args) { return op.buildScalar(n, l, args); }));
    return success();
  }
};

/// Replaces an op by what its overload of `lower` builds.
template <typename Op>
struct ConvertOp : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &b) const override {
    b.replaceOp(op, lower(op, b, op.getLoc()));
    return success();
  }
};

struct ConvertNNToLinalgPass : gradus::impl::ConvertNNToLinalgPassBase<ConvertNNToLinalgPass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNNToLinalgPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    // Reshapes stay in entry points, where they only rename a slot; kernels evaluate reads through maps as they are.
    auto kernel = dyn_cast<rt::KernelOp>(getOperation());
    bool evaluates = !kernel || kernel.getKind() != rt::KernelKind::Generic;
    WalkResult left = getOperation()->walk([&](Operation *op) {
      if (!isa_and_nonnull<NNDialect>(op->getDialect()) || isa<ReshapeOp>(op) || (evaluates && isa<AffineReadOp>(op)))
        return WalkResult::advance();
      op->emitError() << "'" << op->getName() << "' has no lowering to linalg; run nn-decompose first";
      return WalkResult::interrupt();
    });
    if (left.wasInterrupted())
      return signalPassFailure();
  }
};

} // namespace

void gradus::populateNNToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertElementwise>(patterns.getContext());
  forEachOp<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
      >([&]<typename Op>(std::in_place_type_t<Op>) {
    if constexpr (requires(Op op, OpBuilder &b, Location loc) { lower(op, b, loc); })
      patterns.add<ConvertOp<Op>>(patterns.getContext());
  });
}

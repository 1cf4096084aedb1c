//===- NNDialect.cpp - The nn dialect: registration, verifiers, inference -===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/ScalarBodies.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

#include "dialects/nn/IR/NNDialect.cpp.inc"
#include "dialects/nn/IR/NNEnums.cpp.inc"
#include "dialects/nn/IR/NNInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/nn/IR/NNOps.cpp.inc"

void NNDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
      >();
}

Operation *NNDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  if (auto elements = dyn_cast<ElementsAttr>(value); elements && elements.getType() == type)
    return ConstantOp::create(builder, loc, type, elements);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

Value gradus::nn::splat(OpBuilder &builder, Location loc, Type type, double value) {
  auto tensor = cast<RankedTensorType>(type);
  Type element = tensor.getElementType();
  Attribute scalar = isa<FloatType>(element) ? Attribute(builder.getFloatAttr(element, value))
                                             : builder.getIntegerAttr(element, static_cast<int64_t>(value));
  return ConstantOp::create(builder, loc, tensor, DenseElementsAttr::get(tensor, scalar));
}

double gradus::nn::largestFinite(Type type) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  return llvm::APFloat::getLargest(element.getFloatSemantics()).convertToDouble();
}

FailureOr<SmallVector<int64_t>> gradus::nn::broadcastShapes(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  SmallVector<int64_t> shape(lhs);
  size_t shift = lhs.size() - rhs.size();
  for (auto [i, size] : llvm::enumerate(rhs)) {
    int64_t &dim = shape[shift + i];
    if (dim != size && dim != 1 && size != 1)
      return failure();
    if (dim == 1)
      dim = size;
  }
  return shape;
}

Value gradus::nn::broadcastTo(OpBuilder &builder, Location loc, Value value, RankedTensorType type) {
  auto from = cast<RankedTensorType>(value.getType());
  if (from.getShape() == type.getShape())
    return value;
  if (from.getRank() > type.getRank())
    return {};
  int64_t shift = type.getRank() - from.getRank();
  SmallVector<int64_t> kept, dims;
  for (int64_t i = 0; i < from.getRank(); ++i) {
    if (from.getDimSize(i) == type.getDimSize(shift + i)) {
      kept.push_back(from.getDimSize(i));
      dims.push_back(shift + i);
    } else if (from.getDimSize(i) != 1) {
      return {};
    }
  }
  auto squeezed = from.clone(kept);
  if (squeezed != from)
    value = ReshapeOp::create(builder, loc, squeezed, value);
  return BroadcastOp::create(builder, loc, type.clone(from.getElementType()), value, dims);
}

Value gradus::nn::broadcastAlong(OpBuilder &builder, Location loc, Value reduced, Value like, ArrayRef<int64_t> dims) {
  SmallVector<int64_t> kept;
  for (int64_t i = 0; i < rankOf(like); ++i)
    if (!llvm::is_contained(dims, i))
      kept.push_back(i);
  return BroadcastOp::create(builder, loc, typeOf(like).clone(typeOf(reduced).getElementType()), reduced, kept);
}

Value gradus::nn::meanAlong(OpBuilder &builder, Location loc, Value x, ArrayRef<int64_t> dims) {
  Value sum = ReduceOp::create(builder, loc, ReduceKind::Sum, x, dims);
  double share = static_cast<double>(typeOf(sum).getNumElements()) / static_cast<double>(typeOf(x).getNumElements());
  return MulOp::create(builder, loc, sum, splat(builder, loc, sum.getType(), share));
}

Moments gradus::nn::momentsAlong(OpBuilder &builder, Location loc, Value x, ArrayRef<int64_t> dims, bool uncentered) {
  Moments moments;
  moments.centered = x;
  if (!uncentered) {
    moments.mean = meanAlong(builder, loc, x, dims);
    moments.centered = SubOp::create(builder, loc, x, broadcastAlong(builder, loc, moments.mean, x, dims));
  }
  Value square = MulOp::create(builder, loc, moments.centered, moments.centered);
  moments.variance = meanAlong(builder, loc, square, dims);
  return moments;
}

Value gradus::nn::inverseDeviation(OpBuilder &builder, Location loc, const Moments &moments, double epsilon) {
  Type type = moments.variance.getType();
  Value sum = AddOp::create(builder, loc, moments.variance, splat(builder, loc, type, epsilon));
  return RsqrtOp::create(builder, loc, sum);
}

/// True if `dims` is strictly increasing within [0, rank).
static bool areSortedDims(ArrayRef<int64_t> dims, int64_t rank) {
  for (size_t i = 0; i < dims.size(); ++i)
    if (dims[i] < 0 || dims[i] >= rank || (i && dims[i] <= dims[i - 1]))
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Verifiers of what ODS cannot check
//===----------------------------------------------------------------------===//

/// C1 of the ops along one dimension.
static LogicalResult verifyAxis(Operation *op, int64_t dim, Value input) {
  if (dim < 0 || dim >= rankOf(input))
    return op->emitOpError("dim ") << dim << " is outside of rank " << rankOf(input);
  return success();
}

LogicalResult IotaOp::verify() { return verifyAxis(*this, getDim(), getResult()); }

LogicalResult ClampOp::verify() {
  if (!(getLow() <= getHigh())) // C1
    return emitOpError("the low bound must not be above the high one");
  return success();
}

LogicalResult BroadcastOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), out = shapeOf(getResult());
  if (getElementTypeOrSelf(getInput().getType()) != getElementTypeOrSelf(getResult().getType()))
    return emitOpError("must keep the element type");
  if (getDims().size() != in.size() || !areSortedDims(getDims(), out.size())) // C1
    return emitOpError("dims must name one result dimension for each of the ")
           << in.size() << " input dimensions, in increasing order";
  for (auto [i, dim] : llvm::enumerate(getDims()))
    if (in[i] != out[dim]) // C2
      return emitOpError("input dimension ")
             << i << " has size " << in[i] << " but result dimension " << dim << " has size " << out[dim];
  return success();
}

LogicalResult ReshapeOp::verify() {
  auto from = cast<RankedTensorType>(getInput().getType()), to = cast<RankedTensorType>(getResult().getType());
  if (from.getElementType() != to.getElementType() || from.getNumElements() != to.getNumElements()) // C1
    return emitOpError("cannot turn ") << from << " into " << to << ": the elements differ in number or type";
  return success();
}

LogicalResult ScatterAddOp::verify() {
  SmallVector<int64_t> expected(shapeOf(getIndices()));
  ArrayRef<int64_t> table = shapeOf(getResult());
  if (table.empty())
    return emitOpError("result must have rank >= 1");
  llvm::append_range(expected, table.drop_front());
  if (ArrayRef<int64_t>(expected) != shapeOf(getUpdates())) // C1
    return emitOpError("updates must have the shape of the indices followed by that of a table row");
  return success();
}

LogicalResult OneHotOp::verify() {
  ArrayRef<int64_t> out = shapeOf(getResult());
  if (out.empty() || out.drop_back() != shapeOf(getIndices())) // C1
    return emitOpError("result must have the shape of the indices and one more dimension");
  return success();
}

LogicalResult ArgmaxOp::verify() {
  if (failed(verifyAxis(*this, getDim(), getInput())))
    return failure();
  SmallVector<int64_t> expected(shapeOf(getInput()));
  expected.erase(expected.begin() + getDim());
  if (ArrayRef<int64_t>(expected) != shapeOf(getResult())) // C2
    return emitOpError("result must have the input's shape without dimension ") << getDim();
  return success();
}

LogicalResult SoftmaxOp::verify() { return verifyAxis(*this, getDim(), getInput()); }
LogicalResult LogSoftmaxOp::verify() { return verifyAxis(*this, getDim(), getInput()); }

LogicalResult DropoutOp::verify() {
  double rate = getRate().convertToDouble();
  if (!(rate >= 0 && rate < 1)) // C1
    return emitOpError("rate must be at least 0 and below 1");
  return success();
}

//===----------------------------------------------------------------------===//
// Type inference
//===----------------------------------------------------------------------===//

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                            SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  llvm::SmallBitVector seen(input.getRank());
  SmallVector<int64_t> shape;
  for (int64_t dim : op.getPerm()) {
    if (dim < 0 || dim >= input.getRank() || seen.test(dim))
      return emitOptionalError(loc, "perm is not a permutation of the input's ", input.getRank(), " dimensions");
    seen.set(dim);
    shape.push_back(input.getDimSize(dim));
  }
  if (!seen.all()) // C1
    return emitOptionalError(loc, "perm is not a permutation of the input's ", input.getRank(), " dimensions");
  types.push_back(input.clone(shape));
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  size_t rank = input.getRank();
  if (op.getStart().size() != rank || op.getLimit().size() != rank || op.getStride().size() != rank) // C1
    return emitOptionalError(loc, "needs one start, limit and stride for each of the ", rank, " dimensions");
  SmallVector<int64_t> shape;
  for (size_t i = 0; i < rank; ++i) {
    int64_t start = op.getStart()[i], limit = op.getLimit()[i], stride = op.getStride()[i];
    if (start < 0 || start >= limit || limit > input.getDimSize(i) || stride < 1) // C2
      return emitOptionalError(loc, "slice ", start, " to ", limit, " by ", stride, " does not fit dimension ", i,
                               " of size ", input.getDimSize(i));
    shape.push_back((limit - start - 1) / stride + 1);
  }
  types.push_back(input.clone(shape));
  return success();
}

/// True if `count` elements, the first at `low` and `stride` apart, lie below `size`.
static bool liesWithin(int64_t count, int64_t low, int64_t stride, int64_t size) {
  return low >= 0 && stride >= 1 && low < size && count - 1 <= (size - 1 - low) / stride;
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  size_t rank = input.getRank();
  if (op.getLow().size() != rank || op.getStride().size() != rank || op.getSize().size() != rank) // C1
    return emitOptionalError(loc, "needs one low, stride and size for each of the ", rank, " dimensions");
  for (size_t i = 0; i < rank; ++i)
    if (!liesWithin(input.getDimSize(i), op.getLow()[i], op.getStride()[i], op.getSize()[i])) // C2
      return emitOptionalError(loc, "elements land outside of dimension ", i, " of size ", op.getSize()[i]);
  types.push_back(input.clone(op.getSize()));
  return success();
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  if (op.getInputs().empty())
    return emitOptionalError(loc, "needs at least one input");
  auto first = cast<RankedTensorType>(op.getInputs().front().getType());
  int64_t dim = op.getDim();
  if (dim < 0 || dim >= first.getRank()) // C1
    return emitOptionalError(loc, "dim ", dim, " is outside of rank ", first.getRank());
  SmallVector<int64_t> shape(first.getShape());
  for (Value input : op.getInputs().drop_front()) {
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> other(type.getShape());
    if (type.getElementType() != first.getElementType() || type.getRank() != first.getRank())
      return emitOptionalError(loc, "cannot join ", type, " to ", first);
    shape[dim] += other[dim];
    other[dim] = first.getDimSize(dim);
    if (ArrayRef<int64_t>(other) != first.getShape()) // C2
      return emitOptionalError(loc, "cannot join ", type, " to ", first, " along dimension ", dim);
  }
  types.push_back(first.clone(shape));
  return success();
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  auto table = cast<RankedTensorType>(op.getTable().getType());
  if (table.getRank() < 1) // C1
    return emitOptionalError(loc, "table must have rank >= 1");
  SmallVector<int64_t> shape(shapeOf(op.getIndices()));
  llvm::append_range(shape, table.getShape().drop_front());
  types.push_back(table.clone(shape));
  return success();
}

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType()), rhs = cast<RankedTensorType>(op.getRhs().getType());
  if (lhs.getElementType() != rhs.getElementType()) // C1
    return emitOptionalError(loc, "operands differ in element type: ", lhs, " and ", rhs);
  int64_t rank = lhs.getRank();
  if (rank != rhs.getRank() || rank < 2 || lhs.getShape().drop_back(2) != rhs.getShape().drop_back(2)) // C2
    return emitOptionalError(loc, "operands must have equal rank of at least 2 and equal batch dimensions: ", lhs,
                             " and ", rhs);
  int64_t m = lhs.getDimSize(rank - 2), kl = lhs.getDimSize(rank - 1);
  int64_t kr = rhs.getDimSize(rank - 2), n = rhs.getDimSize(rank - 1);
  if (op.getTransposeLhs())
    std::swap(m, kl);
  if (op.getTransposeRhs())
    std::swap(kr, n);
  if (kl != kr) // C3
    return emitOptionalError(loc, "contracted dimensions differ: ", kl, " and ", kr);
  // The default is not there yet while an op is parsed.
  PrecisionAttr precision = op.getProperties().precision;
  if (precision && precision.getValue() != Precision::F32 && !lhs.getElementType().isF32()) // C4
    return emitOptionalError(loc, "precision ", stringifyPrecision(precision.getValue()), " needs f32 operands, not ",
                             lhs);
  SmallVector<int64_t> shape(lhs.getShape());
  shape[rank - 2] = m;
  shape[rank - 1] = n;
  Type element = lhs.getElementType().isBF16() ? Type(Float32Type::get(lhs.getContext())) : lhs.getElementType();
  types.push_back(lhs.clone(shape, element));
  return success();
}

/// The type of `value` without the dimensions `dims`; C1 of the ops that drop them.
static LogicalResult inferReduced(std::optional<Location> loc, Value value, ArrayRef<int64_t> dims,
                                  SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(value.getType());
  if (!areSortedDims(dims, input.getRank())) // C1
    return emitOptionalError(loc, "dims must be strictly increasing and within rank ", input.getRank());
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < input.getRank(); ++i)
    if (!llvm::is_contained(dims, i))
      shape.push_back(input.getDimSize(i));
  types.push_back(input.clone(shape));
  return success();
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  return inferReduced(loc, op.getInput(), op.getDims(), types);
}

LogicalResult SoftmaxCrossEntropyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                                      SmallVectorImpl<Type> &types) {
  auto logits = cast<RankedTensorType>(op.getLogits().getType());
  if (logits.getRank() < 1 || logits.getShape().drop_back() != shapeOf(op.getLabels())) // C1
    return emitOptionalError(loc, "labels must have the shape of the logits without the last dimension");
  types.push_back(logits.clone(logits.getShape().drop_back()));
  return success();
}

LogicalResult ReverseOp::verify() {
  if (!areSortedDims(getDims(), getType().getRank())) // C1
    return emitOpError("dims must be strictly increasing and within rank ") << getType().getRank();
  return success();
}

AffineMap ReverseOp::getReadMap() {
  Builder b(getContext());
  AffineMap map = b.getMultiDimIdentityMap(getType().getRank());
  SmallVector<AffineExpr> indices(map.getResults());
  for (int64_t dim : getDims())
    indices[dim] = getType().getDimSize(dim) - 1 - indices[dim];
  return AffineMap::get(map.getNumDims(), 0, indices, getContext());
}

LogicalResult NormalizeOp::verify() {
  if (getDims().empty() || !areSortedDims(getDims(), getType().getRank())) // C1
    return emitOpError("dims must be strictly increasing, not empty, and within rank ") << getType().getRank();
  if (!getEpsilon().isFinite() || getEpsilon().isNegative()) // C2
    return emitOpError("epsilon must be finite and not negative");
  return success();
}

LogicalResult LogsumexpOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                            SmallVectorImpl<Type> &types) {
  return inferReduced(loc, op.getInput(), op.getDims(), types);
}

//===- NNFolds.cpp - Local algebra of the nn dialect ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only rewrites that keep every bit, or that lose nothing but the sign of a
// zero: a fold must not change what a model learns.
//
//===----------------------------------------------------------------------===//
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace gradus::nn;

/// True if `attr` is a splat of `value`.
static bool isSplatOf(Attribute attr, double value) {
  auto elements = dyn_cast_or_null<DenseElementsAttr>(attr);
  if (!elements || !elements.isSplat())
    return false;
  if (isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().isExactlyValue(value);
  return elements.getSplatValue<APInt>() == static_cast<int64_t>(value);
}

/// Evaluates the op's scalar body where every operand is a splat.
template <typename Op>
static Attribute foldSplats(Op op, ArrayRef<Attribute> operands) {
  SmallVector<double> values;
  for (Attribute attr : operands) {
    auto elements = dyn_cast_or_null<DenseElementsAttr>(attr);
    if (!elements || !elements.isSplat())
      return {};
    if (isa<FloatType>(elements.getElementType())) {
      values.push_back(elements.getSplatValue<APFloat>().convertToDouble());
      continue;
    }
    APInt v = elements.getSplatValue<APInt>();
    values.push_back(v.getBitWidth() == 1 ? double(v.getZExtValue()) : double(v.getSExtValue()));
  }
  auto type = cast<RankedTensorType>(op.getType());
  double result = op.evalScalar(values);
  // Beyond 2^53 doubles do not hold every integer, nor beyond its range an i32.
  double limit = type.getElementType().isInteger(32) ? 0x1p31 : 0x1p53;
  for (double v : values)
    if (isa<IntegerType>(type.getElementType()) && (std::fabs(v) >= limit || std::fabs(result) >= limit))
      return {};
  Builder b(op.getContext());
  Type element = type.getElementType();
  return isa<FloatType>(element)
             ? DenseElementsAttr::get(type, Attribute(b.getFloatAttr(element, result)))
             : DenseElementsAttr::get(type, Attribute(b.getIntegerAttr(element, static_cast<int64_t>(result))));
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

// neg(neg(x)) -> x
OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getInput().getDefiningOp<NegOp>())
    return inner.getInput();
  return foldSplats(*this, adaptor.getOperands());
}

// relu(relu(x)) -> relu(x)
OpFoldResult ReluOp::fold(FoldAdaptor) {
  if (getInput().getDefiningOp<ReluOp>())
    return getInput();
  return {};
}

// add(x, 0) -> x
OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0))
    return getLhs();
  if (isSplatOf(adaptor.getLhs(), 0))
    return getRhs();
  return foldSplats(*this, adaptor.getOperands());
}

// sub(x, 0) -> x
OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 0))
    return getLhs();
  return foldSplats(*this, adaptor.getOperands());
}

// mul(x, 1) -> x
OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 1))
    return getLhs();
  if (isSplatOf(adaptor.getLhs(), 1))
    return getRhs();
  return foldSplats(*this, adaptor.getOperands());
}

// div(x, 1) -> x
OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getRhs(), 1))
    return getLhs();
  if (isa<FloatType>(getElementTypeOrSelf(getType())))
    return foldSplats(*this, adaptor.getOperands());
  return {}; // an integer division by zero must not happen at compile time
}

// select(c, x, x) -> x
OpFoldResult SelectOp::fold(FoldAdaptor) { return getLhs() == getRhs() ? getLhs() : Value(); }

// cast(x) : T -> T  ==>  x
OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return foldSplats(*this, adaptor.getOperands());
}

// broadcast(x) : T -> T  ==>  x;  broadcast(broadcast(x)) -> broadcast(x);  broadcast(splat) -> splat
OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto elements = dyn_cast_or_null<DenseElementsAttr>(adaptor.getInput()); elements && elements.isSplat())
    return elements.resizeSplat(cast<ShapedType>(getType()));
  if (auto inner = getInput().getDefiningOp<BroadcastOp>()) {
    SmallVector<int64_t> dims;
    for (int64_t dim : inner.getDims())
      dims.push_back(getDims()[dim]);
    setOperand(inner.getInput());
    setDims(dims);
    return getResult();
  }
  return {};
}

// reshape(x) : T -> T  ==>  x;  reshape(reshape(x)) -> reshape(x)
OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto elements = dyn_cast_or_null<DenseElementsAttr>(adaptor.getInput()))
    return elements.reshape(cast<ShapedType>(getType()));
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    setOperand(inner.getInput());
    return getResult();
  }
  return {};
}

// transpose by the identity -> x;  transpose(transpose(x)) -> transpose(x)
OpFoldResult TransposeOp::fold(FoldAdaptor) {
  if (llvm::equal(getPerm(), llvm::seq<int64_t>(0, getPerm().size())))
    return getInput();
  if (auto inner = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> perm;
    for (int64_t dim : getPerm())
      perm.push_back(inner.getPerm()[dim]);
    setOperand(inner.getInput());
    setPerm(perm);
    return getResult();
  }
  return {};
}

// reduce over no dimension -> x
OpFoldResult ReduceOp::fold(FoldAdaptor) { return getDims().empty() ? getInput() : Value(); }

// logsumexp over no dimension -> x
OpFoldResult LogsumexpOp::fold(FoldAdaptor) { return getDims().empty() ? getInput() : Value(); }

//===- ImportReduction.cpp - Layers that reduce along dimensions ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/AlongDimension.h"
#include "dialects/nn/IR/ScalarAlgebra.h"

using namespace mlir;
using namespace gradus;

/// softmax and log_softmax: normalise along one dimension.
template <typename Op>
static FailureOr<LayerOutputs> importSoftmax(LayerImporter &in, const proto::Axis &axis) {
  if (failed(in.checkFloatInput()))
    return failure();
  FailureOr<int64_t> dim = in.dimension(axis);
  if (failed(dim))
    return failure();
  return LayerOutputs{Op::create(in.b, in.loc, in.inputs[0], *dim)};
}

/// Whether a kind of reduction is one of integers, too.
static bool takesIntegers(proto::Reduce::Kind kind) {
  return kind == proto::Reduce::SUM || kind == proto::Reduce::MAX || kind == proto::Reduce::MIN;
}

/// Of n elements x: sum (x - mean)^2 / (n - correction). Fails after an error.
static FailureOr<Value> variance(LayerImporter &in, const proto::Reduce &op, ArrayRef<int64_t> dims) {
  Value x = in.inputs[0];
  int64_t count = 1, correction = op.has_correction() ? op.correction() : 1;
  for (int64_t dim : dims)
    count *= typeOf(x).getDimSize(dim);
  if (correction < 0 || correction >= count)
    return in.error(in.op.at("correction"), ErrorCode::Setting,
                    "a correction of " + Twine(correction) + " does not leave one of the " + Twine(count) +
                        " elements of each variance",
                    "take correction: 0, or more dimensions");
  Value mean = nn::meanAlong(in.b, in.loc, x, dims);
  Value rest = nn::SubOp::create(in.b, in.loc, x, nn::broadcastAlong(in.b, in.loc, mean, x, dims));
  Value squares = nn::MulOp::create(in.b, in.loc, rest, rest);
  Value sum = nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Sum, squares, dims);
  Value factor = nn::splat(in.b, in.loc, sum.getType(), 1.0 / static_cast<double>(count - correction));
  return Value(nn::MulOp::create(in.b, in.loc, sum, factor));
}

/// x reduced along `dims`, which are dropped.
static Value reduced(LayerImporter &in, proto::Reduce::Kind kind, Value x, ArrayRef<int64_t> dims) {
  auto reduce = [&](nn::ReduceKind how) -> Value { return nn::ReduceOp::create(in.b, in.loc, how, x, dims); };
  switch (kind) {
  case proto::Reduce::MAX:
    return reduce(nn::ReduceKind::Max);
  case proto::Reduce::MEAN:
    return nn::meanAlong(in.b, in.loc, x, dims);
  case proto::Reduce::MIN:
    return reduce(nn::ReduceKind::Min);
  case proto::Reduce::LOGSUMEXP:
    return nn::LogsumexpOp::create(in.b, in.loc, x, dims);
  default:
    return reduce(nn::ReduceKind::Sum);
  }
}

static FailureOr<LayerOutputs> importReduce(LayerImporter &in, const proto::Reduce &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  Value x = in.inputs[0];
  RankedTensorType type = typeOf(x);
  FailureOr<SmallVector<int64_t>> dims = in.dimensions(op.axis());
  if (failed(dims))
    return failure();
  if (!proto::Reduce::Kind_IsValid(op.kind()))
    return in.error(in.op.at("kind"), ErrorCode::Setting, "unknown kind", "for example kind: MEAN");
  if (op.has_correction() && op.kind() != proto::Reduce::VAR)
    return in.error(in.op.at("correction"), ErrorCode::Setting, "correction is for kind: VAR", "leave it out");
  if (!takesIntegers(op.kind()) && !isFloat(x))
    return in.error(in.node.position(), ErrorCode::InputType,
                    "a reduction of kind " + proto::Reduce::Kind_Name(op.kind()) +
                        " needs floating-point values, not " + in.describe(x),
                    "cast them");
  FailureOr<Value> result =
      op.kind() == proto::Reduce::VAR ? variance(in, op, *dims) : FailureOr(reduced(in, op.kind(), x, *dims));
  if (failed(result))
    return failure();
  Value y = *result;
  if (op.keep_dims()) {
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t dim : *dims)
      shape[dim] = 1;
    y = nn::ReshapeOp::create(in.b, in.loc, type.clone(shape), y);
  }
  return LayerOutputs{y};
}

/// Sums of 1, 2, 4, … elements, each of two of the sums before (Hillis and Steele, 1986): as many additions of whole
/// tensors as the size has binary digits.
static FailureOr<LayerOutputs> importCumSum(LayerImporter &in, const proto::CumSum &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  FailureOr<int64_t> dim = in.dimension(op.has_axis() ? op.axis() : -1, in.op.at("axis"));
  if (failed(dim))
    return failure();
  Value x = in.inputs[0];
  int64_t size = shapeOf(x)[*dim], sign = op.reverse() ? -1 : 1;
  if (op.exclusive()) // a shift by all elements leaves none
    x = size == 1 ? nn::splat(in.b, in.loc, x.getType(), 0) : shiftAlong(in, x, *dim, sign);
  for (int64_t count = 1; count < size; count *= 2)
    x = nn::AddOp::create(in.b, in.loc, x, shiftAlong(in, x, *dim, sign * count));
  return LayerOutputs{x};
}

static FailureOr<LayerOutputs> importArgmax(LayerImporter &in, const proto::Axis &axis) {
  if (failed(in.checkInputCount(1)))
    return failure();
  FailureOr<int64_t> dim = in.dimension(axis);
  if (failed(dim))
    return failure();
  SmallVector<int64_t> shape(typeOf(in.inputs[0]).getShape());
  shape.erase(shape.begin() + *dim);
  auto type = RankedTensorType::get(shape, in.b.getI32Type());
  return LayerOutputs{nn::ArgmaxOp::create(in.b, in.loc, type, in.inputs[0], *dim)};
}

void gradus::registerReductionLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kArgmax, importArgmax);
  layers.add(proto::Layer::kCumsum, importCumSum);
  layers.add(proto::Layer::kLogSoftmax, importSoftmax<nn::LogSoftmaxOp>);
  layers.add(proto::Layer::kReduce, importReduce);
  layers.add(proto::Layer::kSoftmax, importSoftmax<nn::SoftmaxOp>);
}

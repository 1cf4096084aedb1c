//===- ImportReduction.cpp - Layers that reduce along dimensions ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"

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

/// The dimensions that a reduction names, sorted; the last one if it names none.
static FailureOr<SmallVector<int64_t>> reducedDimensions(LayerImporter &in, const proto::Reduce &op) {
  SmallVector<int64_t> dims;
  for (int i = 0; i < op.axis_size(); ++i) {
    FailureOr<int64_t> dim = in.dimension(op.axis(i), in.op.at("axis", i));
    if (failed(dim))
      return failure();
    if (!llvm::is_contained(dims, *dim))
      dims.push_back(*dim);
  }
  if (dims.empty()) {
    FailureOr<int64_t> last = in.dimension(-1, in.node.position());
    if (failed(last))
      return failure();
    dims.push_back(*last);
  }
  llvm::sort(dims);
  return dims;
}

/// Whether a kind of reduction is one of integers, too.
static bool takesIntegers(proto::Reduce::Kind kind) {
  return kind == proto::Reduce::SUM || kind == proto::Reduce::MAX || kind == proto::Reduce::MIN;
}

/// x reduced along `dims`, which are dropped.
static Value reduced(LayerImporter &in, proto::Reduce::Kind kind, Value x, ArrayRef<int64_t> dims) {
  auto reduce = [&](nn::ReduceKind how) -> Value { return nn::ReduceOp::create(in.b, in.loc, how, x, dims); };
  switch (kind) {
  case proto::Reduce::MAX:
    return reduce(nn::ReduceKind::Max);
  case proto::Reduce::MEAN: {
    Value sum = reduce(nn::ReduceKind::Sum);
    double share = static_cast<double>(typeOf(sum).getNumElements()) / static_cast<double>(typeOf(x).getNumElements());
    return nn::MulOp::create(in.b, in.loc, sum, nn::splat(in.b, in.loc, sum.getType(), share));
  }
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
  FailureOr<SmallVector<int64_t>> dims = reducedDimensions(in, op);
  if (failed(dims))
    return failure();
  if (!takesIntegers(op.kind()) && !isFloat(x))
    return in.error(in.node.position(), ErrorCode::InputType,
                    "a reduction of kind " + proto::Reduce::Kind_Name(op.kind()) +
                        " needs floating-point values, not " + in.describe(x),
                    "cast them");
  Value y = reduced(in, op.kind(), x, *dims);
  if (op.keep_dims()) {
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t dim : *dims)
      shape[dim] = 1;
    y = nn::ReshapeOp::create(in.b, in.loc, type.clone(shape), y);
  }
  return LayerOutputs{y};
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
  layers.add(proto::Layer::kLogSoftmax, importSoftmax<nn::LogSoftmaxOp>);
  layers.add(proto::Layer::kReduce, importReduce);
  layers.add(proto::Layer::kSoftmax, importSoftmax<nn::SoftmaxOp>);
}

//===- ImportElementwise.cpp - Elementwise layers -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"

using namespace mlir;
using namespace gradus;

template <typename Op>
static FailureOr<LayerOutputs> importUnary(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkFloatInput()))
    return failure();
  return LayerOutputs{Op::create(in.b, in.loc, in.inputs[0])};
}

template <typename Op>
static FailureOr<LayerOutputs> importBinary(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(2)))
    return failure();
  Value lhs = in.inputs[0], rhs = in.inputs[1];
  RankedTensorType lhsType = typeOf(lhs), rhsType = typeOf(rhs);
  if (lhsType.getElementType() != rhsType.getElementType())
    return in.error(in.node.at("input"), ErrorCode::InputType,
                    "cannot combine " + in.describe(lhs) + " and " + in.describe(rhs), "cast one of them");
  FailureOr<SmallVector<int64_t>> shape = nn::broadcastShapes(lhsType.getShape(), rhsType.getShape());
  if (failed(shape))
    return in.error(in.node.at("input"), ErrorCode::InputType,
                    "cannot broadcast " + in.describe(lhs) + " and " + in.describe(rhs) + " to one shape",
                    "trailing dimensions must be equal or 1");
  if (failed(checkElementCount(*shape, in.node.position(), in.context.diagnostics)))
    return failure();
  RankedTensorType type = lhsType.clone(*shape);
  lhs = nn::broadcastTo(in.b, in.loc, lhs, type);
  rhs = nn::broadcastTo(in.b, in.loc, rhs, type);
  return LayerOutputs{Op::create(in.b, in.loc, lhs, rhs)};
}

static FailureOr<LayerOutputs> importLeakyRelu(LayerImporter &in, const proto::LeakyRelu &op) {
  if (failed(in.checkFloatInput()) || failed(in.checkFinite(op.slope(), "slope")))
    return failure();
  Value x = in.inputs[0];
  return LayerOutputs{
      nn::LeakyReluOp::create(in.b, in.loc, x.getType(), x, APFloat(op.has_slope() ? op.slope() : 0.01))};
}

static FailureOr<LayerOutputs> importGelu(LayerImporter &in, const proto::Gelu &op) {
  if (failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  return LayerOutputs{nn::GeluOp::create(in.b, in.loc, x.getType(), x, op.tanh())};
}

static FailureOr<LayerOutputs> importScale(LayerImporter &in, const proto::Scale &op) {
  if (failed(in.checkFloatInput()) || failed(in.checkFinite(op.factor(), "factor")) ||
      failed(in.checkFinite(op.offset(), "offset")))
    return failure();
  Value x = in.inputs[0];
  x = nn::MulOp::create(in.b, in.loc, x, nn::splat(in.b, in.loc, x.getType(), op.has_factor() ? op.factor() : 1));
  return LayerOutputs{nn::AddOp::create(in.b, in.loc, x, nn::splat(in.b, in.loc, x.getType(), op.offset()))};
}

static FailureOr<LayerOutputs> importCast(LayerImporter &in, const proto::Cast &) {
  if (failed(in.checkInputCount(1)))
    return failure();
  FailureOr<TensorSpec> type = in.context.types.parse(in.op);
  if (failed(type))
    return failure();
  if (!type->shape.empty())
    return in.error(in.op.at("type"), ErrorCode::Type, "a cast takes an element type only",
                    "write cast { type: \"f32\" }");
  Value x = in.inputs[0];
  return LayerOutputs{nn::CastOp::create(in.b, in.loc, typeOf(x).clone(type->element), x)};
}

static FailureOr<LayerOutputs> importIdentity(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(1)))
    return failure();
  return LayerOutputs{in.inputs[0]};
}

static FailureOr<LayerOutputs> importDropout(LayerImporter &in, const proto::Dropout &op) {
  double rate = op.has_rate() ? op.rate() : 0.5;
  if (!(rate >= 0 && rate < 1))
    return in.error(in.op.at("rate"), ErrorCode::Setting, "rate must be at least 0 and below 1",
                    "for example rate: 0.1");
  if (failed(in.checkFloatInput()))
    return failure();
  ++in.entry.dropoutCount;
  if (in.entry.kind != train::Entry::Train || rate == 0)
    return LayerOutputs{in.inputs[0]};
  return LayerOutputs{nn::DropoutOp::create(in.b, in.loc, in.inputs[0], in.entry.seed, in.entry.step,
                                            in.b.getF64FloatAttr(rate), in.b.getI64IntegerAttr(in.entry.dropoutCount))};
}

void gradus::registerElementwiseLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kAbs, importUnary<nn::AbsOp>);
  layers.add(proto::Layer::kAdd, importBinary<nn::AddOp>);
  layers.add(proto::Layer::kCast, importCast);
  layers.add(proto::Layer::kDiv, importBinary<nn::DivOp>);
  layers.add(proto::Layer::kDropout, importDropout);
  layers.add(proto::Layer::kErf, importUnary<nn::ErfOp>);
  layers.add(proto::Layer::kExp, importUnary<nn::ExpOp>);
  layers.add(proto::Layer::kGelu, importGelu);
  layers.add(proto::Layer::kIdentity, importIdentity);
  layers.add(proto::Layer::kLeakyRelu, importLeakyRelu);
  layers.add(proto::Layer::kLog, importUnary<nn::LogOp>);
  layers.add(proto::Layer::kMaximum, importBinary<nn::MaximumOp>);
  layers.add(proto::Layer::kMinimum, importBinary<nn::MinimumOp>);
  layers.add(proto::Layer::kMul, importBinary<nn::MulOp>);
  layers.add(proto::Layer::kNeg, importUnary<nn::NegOp>);
  layers.add(proto::Layer::kRelu, importUnary<nn::ReluOp>);
  layers.add(proto::Layer::kScale, importScale);
  layers.add(proto::Layer::kSigmoid, importUnary<nn::SigmoidOp>);
  layers.add(proto::Layer::kSilu, importUnary<nn::SiluOp>);
  layers.add(proto::Layer::kSqrt, importUnary<nn::SqrtOp>);
  layers.add(proto::Layer::kStopGradient, importUnary<nn::StopGradientOp>);
  layers.add(proto::Layer::kSub, importBinary<nn::SubOp>);
  layers.add(proto::Layer::kTanh, importUnary<nn::TanhOp>);
}

//===- ImportElementwise.cpp - Elementwise layers -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Broadcasting.h"
#include "dialects/nn/IR/ScalarAlgebra.h"
#include <cmath>
#include <limits>

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
  if (failed(in.checkInputCount(2)) || failed(broadcastTogether(in, in.inputs)))
    return failure();
  return LayerOutputs{Op::create(in.b, in.loc, in.inputs[0], in.inputs[1])};
}

/// l - r floor(l / r), or of integers what has the sign of r. A quotient of 0 leaves l, whatever r is.
static FailureOr<LayerOutputs> importMod(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(2)) || failed(broadcastTogether(in, in.inputs)))
    return failure();
  Value l = in.inputs[0], r = in.inputs[1];
  nn::GraphAlgebra a(in.b, in.loc, l);
  Value quotient = a.div(l, r);
  if (isFloat(l)) {
    Value times = a.floor(quotient), isZero = a.compare(nn::ComparePredicate::Eq, times, a.lit(0));
    return LayerOutputs{a.sub(l, a.select(isZero, a.lit(0), a.mul(r, times)))};
  }
  Value rest = a.sub(l, a.mul(r, quotient)), zero = a.lit(0), other = a.add(rest, r);
  Value ifNegative = a.select(a.gt(r, zero), other, rest), ifPositive = a.select(a.lt(r, zero), other, rest);
  return LayerOutputs{a.select(a.lt(rest, zero), ifNegative, a.select(a.gt(rest, zero), ifPositive, rest))};
}

static FailureOr<LayerOutputs> importReciprocal(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkFloatInput()))
    return failure();
  nn::GraphAlgebra a(in.b, in.loc, in.inputs[0]);
  return LayerOutputs{a.div(a.lit(1), in.inputs[0])};
}

/// Rounds up: -floor(-x).
static FailureOr<LayerOutputs> importCeil(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkFloatInput()))
    return failure();
  nn::GraphAlgebra a(in.b, in.loc, in.inputs[0]);
  return LayerOutputs{a.neg(a.floor(a.neg(in.inputs[0])))};
}

static FailureOr<LayerOutputs> importPow(LayerImporter &in, const proto::Pow &op) {
  if (op.has_exponent()) {
    if (failed(in.checkFloatInput()) || failed(in.checkFinite(op.exponent(), "exponent")))
      return failure();
    Value x = in.inputs[0];
    nn::GraphAlgebra a(in.b, in.loc, x);
    if (op.exponent() == 2)
      return LayerOutputs{a.mul(x, x)};
    return LayerOutputs{a.pow(x, a.lit(op.exponent()))};
  }
  if (failed(in.checkInputCount(2)) || failed(broadcastTogether(in, in.inputs)))
    return failure();
  if (!isFloat(in.inputs[0]))
    return in.error(in.node.at("input"), ErrorCode::InputType,
                    "needs floating-point values, not " + in.describe(in.inputs[0]), "cast both to f32");
  return LayerOutputs{nn::PowOp::create(in.b, in.loc, in.inputs[0], in.inputs[1])};
}

static FailureOr<LayerOutputs> importClamp(LayerImporter &in, const proto::Clamp &op) {
  double infinity = std::numeric_limits<double>::infinity();
  double low = op.has_min() ? op.min() : -infinity, high = op.has_max() ? op.max() : infinity;
  if (!op.has_min() && !op.has_max())
    return in.error(in.op.position(), ErrorCode::Setting, "clamp needs a bound", "for example clamp { min: 0 max: 1 }");
  for (auto [field, bound] : {std::pair("min", low), std::pair("max", high)})
    if (std::isnan(bound))
      return in.error(in.op.at(field), ErrorCode::Setting, Twine(field) + " is not a number", "give it one");
  if (low > high)
    return in.error(in.op.at(op.has_min() ? "min" : "max"), ErrorCode::Setting, "min must not be above max",
                    "for example clamp { min: 0 max: 1 }");
  if (failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  return LayerOutputs{nn::ClampOp::create(in.b, in.loc, x.getType(), x, APFloat(low), APFloat(high))};
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
  layers.add(proto::Layer::kCeil, importCeil);
  layers.add(proto::Layer::kClamp, importClamp);
  layers.add(proto::Layer::kCos, importUnary<nn::CosOp>);
  layers.add(proto::Layer::kDiv, importBinary<nn::DivOp>);
  layers.add(proto::Layer::kDropout, importDropout);
  layers.add(proto::Layer::kErf, importUnary<nn::ErfOp>);
  layers.add(proto::Layer::kExp, importUnary<nn::ExpOp>);
  layers.add(proto::Layer::kExpm1, importUnary<nn::Expm1Op>);
  layers.add(proto::Layer::kFloor, importUnary<nn::FloorOp>);
  layers.add(proto::Layer::kIdentity, importIdentity);
  layers.add(proto::Layer::kLog, importUnary<nn::LogOp>);
  layers.add(proto::Layer::kLog1P, importUnary<nn::Log1pOp>);
  layers.add(proto::Layer::kMaximum, importBinary<nn::MaximumOp>);
  layers.add(proto::Layer::kMinimum, importBinary<nn::MinimumOp>);
  layers.add(proto::Layer::kMod, importMod);
  layers.add(proto::Layer::kMul, importBinary<nn::MulOp>);
  layers.add(proto::Layer::kNeg, importUnary<nn::NegOp>);
  layers.add(proto::Layer::kPow, importPow);
  layers.add(proto::Layer::kReciprocal, importReciprocal);
  layers.add(proto::Layer::kRound, importUnary<nn::RoundOp>);
  layers.add(proto::Layer::kScale, importScale);
  layers.add(proto::Layer::kSign, importUnary<nn::SignOp>);
  layers.add(proto::Layer::kSin, importUnary<nn::SinOp>);
  layers.add(proto::Layer::kSqrt, importUnary<nn::SqrtOp>);
  layers.add(proto::Layer::kStopGradient, importUnary<nn::StopGradientOp>);
  layers.add(proto::Layer::kSub, importBinary<nn::SubOp>);
}

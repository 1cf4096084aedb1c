//===- ImportActivation.cpp - Layers that are activation functions --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Activations.h"
#include "compiler/Frontend/LayerImporter.h"
#include "dialects/nn/IR/ScalarAlgebra.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

/// A layer without settings, the same as the activation.
template <proto::Layer::Activation activation>
static FailureOr<LayerOutputs> importPlain(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkFloatInput()))
    return failure();
  return LayerOutputs{buildActivation(in.b, in.loc, activation, in.inputs[0])};
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

static FailureOr<LayerOutputs> importElu(LayerImporter &in, const proto::Elu &op) {
  if (failed(in.checkFloatInput()) || failed(in.checkFinite(op.alpha(), "alpha")))
    return failure();
  Value x = in.inputs[0];
  return LayerOutputs{nn::EluOp::create(in.b, in.loc, x.getType(), x, APFloat(op.has_alpha() ? op.alpha() : 1.0))};
}

/// A setting that something is divided by. Fails after an error.
static FailureOr<double> readDivisor(LayerImporter &in, StringRef field, double value) {
  if (std::isfinite(value) && value != 0)
    return value;
  return in.error(in.op.at(field), ErrorCode::Setting, field + " must be a finite number other than 0",
                  "for example " + field + ": 1");
}

/// alpha elu(x / alpha), as in PyTorch.
static FailureOr<LayerOutputs> importCelu(LayerImporter &in, const proto::Elu &op) {
  FailureOr<double> alpha = readDivisor(in, "alpha", op.has_alpha() ? op.alpha() : 1);
  if (failed(alpha) || failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  nn::GraphAlgebra a(in.b, in.loc, x);
  Value scaled = a.mul(x, a.lit(1 / *alpha));
  Value negative = a.mul(nn::EluOp::create(in.b, in.loc, x.getType(), scaled, APFloat(1.0)), a.lit(*alpha));
  return LayerOutputs{a.select(a.gt(x, a.lit(0)), x, negative)};
}

static FailureOr<LayerOutputs> importSoftplus(LayerImporter &in, const proto::Softplus &op) {
  FailureOr<double> beta = readDivisor(in, "beta", op.has_beta() ? op.beta() : 1);
  if (failed(beta) || failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  nn::GraphAlgebra a(in.b, in.loc, x);
  if (*beta == 1)
    return LayerOutputs{nn::SoftplusOp::create(in.b, in.loc, x)};
  return LayerOutputs{a.mul(nn::SoftplusOp::create(in.b, in.loc, a.mul(x, a.lit(*beta))), a.lit(1 / *beta))};
}

static FailureOr<LayerOutputs> importPRelu(LayerImporter &in, const proto::PRelu &op) {
  if (failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  RankedTensorType type = typeOf(x);
  if (op.per_channel() && type.getRank() < 2)
    return in.error(in.op.at("per_channel"), ErrorCode::InputType, in.describe(x) + " has no channels",
                    "leave per_channel out, or give the input a second dimension");
  int64_t count = op.per_channel() ? type.getDimSize(1) : 1;
  proto::Init init = op.init();
  if (!op.has_init())
    init.set_constant(0.25);
  FailureOr<Value> weight = in.parameter({"weight", type.clone({count}), init, "init", count, count});
  if (failed(weight))
    return failure();
  Value w = *weight;
  SmallVector<int64_t> dims;
  if (op.per_channel())
    dims.push_back(1);
  else
    w = nn::ReshapeOp::create(in.b, in.loc, type.clone(ArrayRef<int64_t>{}), w);
  w = nn::BroadcastOp::create(in.b, in.loc, type, w, dims);
  nn::GraphAlgebra a(in.b, in.loc, x);
  return LayerOutputs{a.select(a.gt(x, a.lit(0)), x, a.mul(w, x))};
}

void gradus::registerActivationLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kCelu, importCelu);
  layers.add(proto::Layer::kElu, importElu);
  layers.add(proto::Layer::kGelu, importGelu);
  layers.add(proto::Layer::kHardsigmoid, importPlain<proto::Layer::HARDSIGMOID>);
  layers.add(proto::Layer::kHardswish, importPlain<proto::Layer::HARDSWISH>);
  layers.add(proto::Layer::kLeakyRelu, importLeakyRelu);
  layers.add(proto::Layer::kLogSigmoid, importPlain<proto::Layer::LOG_SIGMOID>);
  layers.add(proto::Layer::kMish, importPlain<proto::Layer::MISH>);
  layers.add(proto::Layer::kPrelu, importPRelu);
  layers.add(proto::Layer::kRelu, importPlain<proto::Layer::RELU>);
  layers.add(proto::Layer::kRelu6, importPlain<proto::Layer::RELU6>);
  layers.add(proto::Layer::kSelu, importPlain<proto::Layer::SELU>);
  layers.add(proto::Layer::kSigmoid, importPlain<proto::Layer::SIGMOID>);
  layers.add(proto::Layer::kSilu, importPlain<proto::Layer::SILU>);
  layers.add(proto::Layer::kSoftplus, importSoftplus);
  layers.add(proto::Layer::kSoftsign, importPlain<proto::Layer::SOFTSIGN>);
  layers.add(proto::Layer::kTanh, importPlain<proto::Layer::TANH>);
}

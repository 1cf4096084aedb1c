//===- ImportNormalization.cpp - Layers that normalize --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/SpatialWindow.h"

using namespace mlir;
using namespace gradus;

/// The epsilon of a layer's message. Fails, after an error, unless it is finite and not negative.
template <typename Message>
static FailureOr<double> readEpsilon(LayerImporter &in, const Message &op) {
  double epsilon = op.has_epsilon() ? op.epsilon() : 1e-5;
  if (!(epsilon >= 0) || failed(in.checkFinite(epsilon, "epsilon")))
    return in.error(in.op.at("epsilon"), ErrorCode::Setting, "epsilon must be at least 0", "for example epsilon: 1e-5");
  return epsilon;
}

/// A parameter with a value for each element along `dims` of `x`; it starts as the field of that name says, or with
/// `value` everywhere.
static FailureOr<Value> readParameter(LayerImporter &in, StringRef name, Value x, ArrayRef<int64_t> dims,
                                      const proto::Init &init, StringRef field, double value) {
  SmallVector<int64_t> shape;
  for (int64_t dim : dims)
    shape.push_back(shapeOf(x)[dim]);
  proto::Init constant = init;
  if (init.kind_case() == proto::Init::KIND_NOT_SET)
    constant.set_constant(value);
  return in.parameter({name, typeOf(x).clone(shape), constant, field, 1, 1});
}

/// y * weight + bias, with a value of each for each element along `dims`; the bias is left out for rms_norm.
template <typename Message>
static FailureOr<Value> scaleAndShift(LayerImporter &in, const Message &op, Value y, ArrayRef<int64_t> dims,
                                      bool hasBias) {
  FailureOr<Value> weight = readParameter(in, "weight", y, dims, op.weight_init(), "weight_init", 1);
  if (failed(weight))
    return failure();
  y = nn::MulOp::create(in.b, in.loc, y, nn::BroadcastOp::create(in.b, in.loc, y.getType(), *weight, dims));
  if (!hasBias)
    return y;
  FailureOr<Value> bias = readParameter(in, "bias", y, dims, op.bias_init(), "bias_init", 0);
  if (failed(bias))
    return failure();
  return Value(nn::AddOp::create(in.b, in.loc, y, nn::BroadcastOp::create(in.b, in.loc, y.getType(), *bias, dims)));
}

static Value normalize(LayerImporter &in, Value x, ArrayRef<int64_t> dims, double epsilon, bool uncentered = false) {
  return nn::NormalizeOp::create(in.b, in.loc, x, dims, llvm::APFloat(epsilon), uncentered);
}

/// Fails, after an error, unless the input is [batch, channels, …] of floating-point values.
static LogicalResult checkChannels(LayerImporter &in) {
  if (failed(in.checkFloatInput()))
    return failure();
  if (rankOf(in.inputs[0]) >= 2)
    return success();
  return in.error(in.node.position(), ErrorCode::InputType,
                  "needs an input with channels, [batch, channels, …], not " + in.describe(in.inputs[0]),
                  "reshape it before");
}

//===----------------------------------------------------------------------===//
// Batch normalization
//===----------------------------------------------------------------------===//

namespace {

/// The running statistics of a batch normalization: a variable for the mean and one for the variance, of as many
/// elements as there are channels.
struct RunningStatistics {
  LayerImporter &in;
  Value mean, variance;

  /// Reads both, of `type`. Fails after an error.
  LogicalResult read(RankedTensorType type) {
    for (auto [name, value, start] :
         {std::tuple("running_mean", &mean, 0.0), std::tuple("running_var", &variance, 1.0)}) {
      proto::Init init;
      init.set_constant(start);
      FailureOr<Value> variable = in.parameter({name, type, init, name, 1, 1, /*isFrozen=*/true});
      if (failed(variable))
        return failure();
      *value = *variable;
    }
    return success();
  }

  /// Lets both follow the moments of a batch of `count` elements per channel.
  void follow(const nn::Moments &batch, double momentum, double count) const {
    move("running_mean", mean, batch.mean, momentum, momentum);
    move("running_var", variance, batch.variance, momentum, momentum * count / (count - 1));
  }

private:
  /// variable = (1 - momentum) * before + share * batch.
  void move(StringRef name, Value before, Value batch, double momentum, double share) const {
    auto times = [&](Value v, double factor) -> Value {
      return nn::MulOp::create(in.b, in.loc, v, nn::splat(in.b, in.loc, v.getType(), factor));
    };
    Value after = nn::AddOp::create(in.b, in.loc, times(before, 1 - momentum), times(batch, share));
    train::WriteOp::create(in.b, in.loc, in.name + "." + name.str(), after);
  }
};

} // namespace

static FailureOr<LayerOutputs> importBatchNorm(LayerImporter &in, const proto::BatchNorm &op) {
  FailureOr<double> epsilon = readEpsilon(in, op);
  if (failed(epsilon) || failed(checkChannels(in)))
    return failure();
  double momentum = op.has_momentum() ? op.momentum() : 0.1;
  if (!(momentum >= 0 && momentum <= 1))
    return in.error(in.op.at("momentum"), ErrorCode::Setting, "momentum must be between 0 and 1",
                    "for example momentum: 0.1");
  Value x = in.inputs[0];
  bool isSpatial = rankOf(x) > 2;
  x = isSpatial ? channelsLast(in, x) : x;
  int64_t last = rankOf(x) - 1, channels = shapeOf(x).back(), count = typeOf(x).getNumElements() / channels;
  bool learns = in.entry.kind == train::Entry::Train;
  if (learns && count == 1)
    return in.error(in.op.position(), ErrorCode::InputType,
                    "training needs more than one value per channel, but " + in.describe(in.inputs[0]) + " has one",
                    "take a larger batch, or layer_norm");
  RunningStatistics running{in, {}, {}};
  if (failed(running.read(typeOf(x).clone({channels}))))
    return failure();
  Value y;
  if (learns) {
    SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, last));
    y = normalize(in, x, dims, *epsilon);
    running.follow(nn::momentsAlong(in.b, in.loc, x, dims, /*uncentered=*/false), momentum, count);
  } else {
    auto spread = [&](Value v) { return nn::BroadcastOp::create(in.b, in.loc, x.getType(), v, last); };
    Value scale = nn::inverseDeviation(in.b, in.loc, {running.mean, running.variance, {}}, *epsilon);
    y = nn::SubOp::create(in.b, in.loc, x, spread(running.mean));
    y = nn::MulOp::create(in.b, in.loc, y, spread(scale));
  }
  if (!op.has_affine() || op.affine()) {
    FailureOr<Value> scaled = scaleAndShift(in, op, y, last, /*hasBias=*/true);
    if (failed(scaled))
      return failure();
    y = *scaled;
  }
  return LayerOutputs{isSpatial ? channelsFirst(in, y) : y};
}

//===----------------------------------------------------------------------===//
// Normalization of each sample
//===----------------------------------------------------------------------===//

/// The dimensions of a layer_norm, sorted; the last one if it names none. Fails, after an error, if the samples are
/// one of them.
static FailureOr<SmallVector<int64_t>> normalizedDims(LayerImporter &in, const proto::LayerNorm &op) {
  FailureOr<SmallVector<int64_t>> dims = in.dimensions(op.axis());
  if (failed(dims) || dims->front() != 0)
    return dims;
  auto isBatch = [&](int64_t axis) { return axis == 0 || axis == -rankOf(in.inputs[0]); };
  auto at = static_cast<int>(llvm::find_if(op.axis(), isBatch) - op.axis().begin());
  return in.error(in.op.at("axis", at), ErrorCode::Setting, "axis 0 counts the samples, which are not mixed",
                  "take batch_norm, or another axis");
}

static FailureOr<LayerOutputs> importLayerNorm(LayerImporter &in, const proto::LayerNorm &op) {
  bool isRms = in.layer.op_case() == proto::Layer::kRmsNorm;
  FailureOr<double> epsilon = readEpsilon(in, op);
  if (failed(epsilon) || failed(checkChannels(in)))
    return failure();
  FailureOr<SmallVector<int64_t>> dims = normalizedDims(in, op);
  if (failed(dims))
    return failure();
  if (isRms && op.has_bias_init())
    return in.error(in.op.at("bias_init"), ErrorCode::Setting, "rms_norm has no bias",
                    "leave it out, or take layer_norm");
  Value x = in.inputs[0];
  // Along the channels alone, they are computed last, as convolutions do.
  bool isAlongChannels = rankOf(x) > 2 && *dims == ArrayRef<int64_t>{1};
  if (isAlongChannels) {
    x = channelsLast(in, x);
    dims->assign(1, rankOf(x) - 1);
  }
  Value y = normalize(in, x, *dims, *epsilon, isRms);
  if (!op.has_affine() || op.affine()) {
    FailureOr<Value> scaled = scaleAndShift(in, op, y, *dims, /*hasBias=*/!isRms);
    if (failed(scaled))
      return failure();
    y = *scaled;
  }
  return LayerOutputs{isAlongChannels ? channelsFirst(in, y) : y};
}

static FailureOr<LayerOutputs> importGroupNorm(LayerImporter &in, const proto::GroupNorm &op) {
  bool isInstance = in.layer.op_case() == proto::Layer::kInstanceNorm;
  FailureOr<double> epsilon = readEpsilon(in, op);
  if (failed(epsilon) || failed(checkChannels(in)))
    return failure();
  Value x = in.inputs[0];
  int64_t channels = shapeOf(x)[1], groups = isInstance ? channels : op.groups();
  if (isInstance && op.groups() != 0)
    return in.error(in.op.at("groups"), ErrorCode::Setting, "instance_norm has a group for each channel",
                    "leave it out, or take group_norm");
  if (groups < 1 || channels % groups != 0)
    return in.error(in.op.at("groups"), ErrorCode::Setting,
                    Twine(groups) + " groups do not divide the " + Twine(channels) + " channels of " + in.describe(x),
                    "take a number that divides them");
  int64_t batch = shapeOf(x)[0], rest = typeOf(x).getNumElements() / batch / groups;
  if (rest == 1)
    return in.error(in.op.position(), ErrorCode::InputType,
                    "needs more than one value per group, but " + in.describe(x) + " has one",
                    "take fewer groups, or layer_norm");
  auto reshape = [&](Value v, ArrayRef<int64_t> shape) -> Value {
    return nn::ReshapeOp::create(in.b, in.loc, typeOf(v).clone(shape), v);
  };
  Value y = reshape(normalize(in, reshape(x, {batch, groups, rest}), 2, *epsilon), shapeOf(x));
  if (op.has_affine() ? op.affine() : !isInstance) {
    FailureOr<Value> scaled = scaleAndShift(in, op, y, 1, /*hasBias=*/true);
    if (failed(scaled))
      return failure();
    y = *scaled;
  }
  return LayerOutputs{y};
}

static FailureOr<LayerOutputs> importLocalResponseNorm(LayerImporter &in, const proto::LocalResponseNorm &op) {
  double alpha = op.has_alpha() ? op.alpha() : 1e-4, beta = op.has_beta() ? op.beta() : 0.75;
  double k = op.has_k() ? op.k() : 1;
  if (failed(checkChannels(in)) || failed(in.checkFinite(alpha, "alpha")) || failed(in.checkFinite(beta, "beta")) ||
      failed(in.checkFinite(k, "k")))
    return failure();
  Value x = in.inputs[0];
  int64_t channels = shapeOf(x)[1];
  if (op.size() < 1 || op.size() > 2 * channels)
    return in.error(in.op.at("size"), ErrorCode::Setting,
                    "size " + Twine(op.size()) + " is not between 1 and twice the " + Twine(channels) +
                        " channels of " + in.describe(x),
                    "for example size: 5");
  // Of an even number of channels, one more comes before.
  SmallVector<int64_t> low(rankOf(x), 0), stride(rankOf(x), 1), size(shapeOf(x));
  low[1] = op.size() / 2;
  size[1] += op.size() - 1;
  Value squares = nn::MulOp::create(in.b, in.loc, x, x);
  Value padded = nn::PadOp::create(in.b, in.loc, squares, low, stride, size, APFloat(0.0));
  Value windows = nn::WindowOp::create(in.b, in.loc, padded, 1, op.size(), 1, 1, rankOf(x));
  nn::GraphAlgebra a(in.b, in.loc, x);
  Value sums = nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Sum, windows, rankOf(x));
  Value base = a.add(a.mul(sums, a.lit(alpha / static_cast<double>(op.size()))), a.lit(k));
  return LayerOutputs{a.div(x, a.pow(base, a.lit(beta)))};
}

void gradus::registerNormalizationLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kLocalResponseNorm, importLocalResponseNorm);
  layers.add(proto::Layer::kBatchNorm, importBatchNorm);
  layers.add(proto::Layer::kGroupNorm, importGroupNorm);
  layers.add(proto::Layer::kInstanceNorm, importGroupNorm);
  layers.add(proto::Layer::kLayerNorm, importLayerNorm);
  layers.add(proto::Layer::kRmsNorm, importLayerNorm);
}

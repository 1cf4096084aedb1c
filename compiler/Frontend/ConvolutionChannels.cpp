//===- ConvolutionChannels.cpp - Channels and groups of convolutions ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ConvolutionChannels.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

/// `resultChannels` for both kinds of layer.
template <typename Message>
static FailureOr<int64_t> readWidth(LayerImporter &in, const Message &op, int64_t inputs) {
  if (op.has_channels() && op.channels() < 1)
    return in.error(in.op.at("channels"), ErrorCode::Setting, "channels must be at least 1",
                    "for example channels: 16");
  if (op.has_channels())
    return op.channels();
  double multiplier = op.has_multiplier() ? op.multiplier() : 1;
  double product = static_cast<double>(inputs) * multiplier, whole = std::round(product);
  // A third of 24 is no number of the machine, but eight channels are meant.
  bool isWhole = whole >= 1 && whole <= 1e9 && std::abs(product - whole) <= 1e-9 * whole;
  if (!isWhole)
    return in.error(in.op.at("multiplier"), ErrorCode::Setting,
                    llvm::formatv("{0}", llvm::format("%g", multiplier)).str() + " times the " + Twine(inputs) +
                        " channels of " + in.describe(in.inputs[0]) + " is no number of channels",
                    "take another multiplier, or say `channels`");
  return static_cast<int64_t>(whole);
}

FailureOr<int64_t> gradus::resultChannels(LayerImporter &in, const proto::Conv &op, int64_t inputs) {
  return readWidth(in, op, inputs);
}
FailureOr<int64_t> gradus::resultChannels(LayerImporter &in, const proto::ConvTranspose &op, int64_t inputs) {
  return readWidth(in, op, inputs);
}

FailureOr<int64_t> gradus::readGroups(LayerImporter &in, int64_t groups, StringRef field, int64_t inputs,
                                      int64_t outputs) {
  if (groups < 0)
    return in.error(in.op.at(field), ErrorCode::Setting, "groups must be at least 1", "for example groups: 2");
  groups = std::max<int64_t>(groups, 1);
  if (inputs % groups == 0 && outputs % groups == 0)
    return groups;
  return in.error(in.op.at(field), ErrorCode::Setting,
                  Twine(groups) + " groups do not divide both the " + Twine(inputs) + " channels of " +
                      in.describe(in.inputs[0]) + " and the " + Twine(outputs) + " of the result",
                  "take a number that divides both");
}

FailureOr<Value> gradus::addChannelBias(LayerImporter &in, Value y, const proto::Init &init, int64_t fanIn,
                                        int64_t fanOut) {
  RankedTensorType type = typeOf(y);
  int64_t last = type.getRank() - 1;
  FailureOr<Value> bias = in.parameter({"bias", type.clone({type.getDimSize(last)}), init, "bias_init", fanIn, fanOut});
  if (failed(bias))
    return failure();
  Value added = nn::BroadcastOp::create(in.b, in.loc, type, *bias, last);
  return Value(nn::AddOp::create(in.b, in.loc, y, added));
}

//===- NetworkImporter.cpp - Builds the layers of an entry point ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/NetworkImporter.h"

using namespace mlir;
using namespace gradus;

static constexpr int64_t kMaxLayers = 10000;

LogicalResult NetworkImporter::countLayer(const SourcePosition &position) {
  if (++entry.layerCount <= kMaxLayers)
    return success();
  return in.diagnostics.error(position, ErrorCode::Call,
                              "the model expands to more than " + Twine(kMaxLayers) + " layers", "check repeat counts");
}

LogicalResult NetworkImporter::importLayers(const Layers &layers, const SourceNode &owner, Scope &scope) {
  for (int i = 0; i < layers.size(); ++i)
    if (failed(importLayer(layers[i], owner.nested("layer", i), i, scope)))
      return failure();
  return success();
}

LogicalResult NetworkImporter::importLayer(const proto::Layer &layer, SourceNode node, int index, Scope &scope) {
  if (failed(countLayer(node.position())))
    return failure();
  if (!layer.name().empty() && failed(checkName(layer.name(), node.at("name"), in.diagnostics)))
    return failure();
  if (!layer.output().empty() && failed(checkName(layer.output(), node.at("output"), in.diagnostics)))
    return failure();
  std::string name = scope.prefix + (layer.name().empty() ? std::to_string(index) : layer.name());
  LayerImporter importer(*this, scope, layer, node, name);
  if (failed(findInputs(importer)))
    return failure();
  FailureOr<LayerOutputs> outputs = LayerRegistry::get().import(importer);
  if (failed(outputs))
    return failure();
  FailureOr<Value> result = activate(importer, outputs->main);
  if (failed(result))
    return failure();
  scope.current = *result;
  return defineNames(importer, *result);
}

LogicalResult NetworkImporter::findInputs(LayerImporter &layer) {
  for (auto [i, name] : llvm::enumerate(layer.layer.input())) {
    Value value = layer.scope.lookup(name);
    if (!value)
      return layer.error(layer.node.at("input", static_cast<int>(i)), ErrorCode::UndefinedName,
                         "'" + Twine(name) + "' is not defined here" + layer.scope.suggest(name),
                         "a layer reads inputs and layers before it; a cycle cannot be computed");
    layer.inputs.push_back(value);
  }
  // A parameter reads nothing.
  if (layer.inputs.empty() && !layer.layer.has_parameter())
    layer.inputs.push_back(layer.scope.current);
  return success();
}

/// The result of an activation that is not NONE, of which the last dimension counts.
static Value buildActivation(OpBuilder &b, Location loc, proto::Layer::Activation activation, Value x) {
  Type type = x.getType();
  int64_t last = typeOf(x).getRank() - 1;
  switch (activation) {
  case proto::Layer::RELU:
    return nn::ReluOp::create(b, loc, x);
  case proto::Layer::LEAKY_RELU:
    return nn::LeakyReluOp::create(b, loc, type, x, APFloat(0.01));
  case proto::Layer::SIGMOID:
    return nn::SigmoidOp::create(b, loc, x);
  case proto::Layer::TANH:
    return nn::TanhOp::create(b, loc, x);
  case proto::Layer::GELU:
    return nn::GeluOp::create(b, loc, type, x, false);
  case proto::Layer::SILU:
    return nn::SiluOp::create(b, loc, x);
  case proto::Layer::SOFTMAX:
    return nn::SoftmaxOp::create(b, loc, x, last);
  case proto::Layer::LOG_SOFTMAX:
    return nn::LogSoftmaxOp::create(b, loc, x, last);
  default:
    llvm_unreachable("unknown activation");
  }
}

FailureOr<Value> NetworkImporter::activate(LayerImporter &layer, Value x) {
  proto::Layer::Activation activation = layer.layer.activation();
  SourcePosition position = layer.node.at("activation");
  if (activation == proto::Layer::NONE)
    return x;
  if (!proto::Layer::Activation_IsValid(activation))
    return layer.error(position, ErrorCode::Setting, "unknown activation", "for example RELU");
  bool overRows = activation == proto::Layer::SOFTMAX || activation == proto::Layer::LOG_SOFTMAX;
  if (overRows && typeOf(x).getRank() == 0)
    return layer.error(position, ErrorCode::InputType, "softmax needs at least one dimension", "reshape it");
  if (!isFloat(x))
    return layer.error(position, ErrorCode::InputType,
                       "an activation needs floating-point values, not " + layer.describe(x), "cast them");
  std::string name = StringRef(proto::Layer::Activation_Name(activation)).lower();
  return buildActivation(in.b, in.locOf(position, layer.name + "+" + name), activation, x);
}

LogicalResult NetworkImporter::defineNames(LayerImporter &layer, Value result) {
  auto define = [&](StringRef field, StringRef name) -> LogicalResult {
    if (name.empty() || layer.scope.values.try_emplace(name, result).second)
      return success();
    return layer.error(layer.node.at(field), ErrorCode::Name, "'" + name + "' is defined twice",
                       "give each layer its own name");
  };
  StringRef name = layer.layer.name(), output = layer.layer.output();
  if (failed(define("name", name)))
    return failure();
  return output == name ? success() : define("output", output);
}

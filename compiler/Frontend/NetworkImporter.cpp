//===- NetworkImporter.cpp - Builds the layers of an entry point ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/NetworkImporter.h"
#include "compiler/Frontend/Activations.h"

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
  SmallVector<SourceNode> nodes;
  for (int i = 0; i < layers.size(); ++i)
    nodes.push_back(owner.nested("layer", i));
  return importLayers(layers, nodes, scope);
}

LogicalResult NetworkImporter::importLayers(const Layers &layers, ArrayRef<SourceNode> nodes, Scope &scope) {
  for (auto [i, layer, node] : llvm::enumerate(layers, nodes))
    if (failed(importLayer(layer, node, static_cast<int>(i), scope)))
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

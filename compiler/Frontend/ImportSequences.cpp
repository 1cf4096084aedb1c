//===- ImportSequences.cpp - Sequences, functions, repetition -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace gradus;

static constexpr int64_t kMaxLayers = 10000;

LogicalResult Importer::importLayers(const google::protobuf::RepeatedPtrField<proto::Layer> &layers,
                                     const SourceNode &owner, Scope &scope) {
  for (int i = 0; i < layers.size(); ++i)
    if (failed(importLayer(layers[i], owner.nested("layer", i), i, scope)))
      return failure();
  return success();
}

LogicalResult Importer::importLayer(const proto::Layer &layer, SourceNode node, int index, Scope &scope) {
  if (++layerCount > kMaxLayers)
    return diagnostics.error(node.position(), "G205", "the model expands to more than 10000 layers",
                             "check repeat counts");
  for (StringRef field : {"name", "output"})
    if (StringRef v = field == "name" ? layer.name() : layer.output();
        !v.empty() && failed(checkName(v, node.at(field))))
      return failure();
  std::string local = layer.name().empty() ? std::to_string(index) : layer.name();
  std::string name = scope.prefix + local;
  LayerContext c{layer, node, scope, name, {}, locOf(node.position(), name)};
  for (int i = 0; i < layer.input_size(); ++i) {
    auto it = scope.values.find(layer.input(i));
    if (it == scope.values.end()) {
      SmallVector<StringRef> names(scope.values.keys());
      StringRef guess = closest(layer.input(i), names);
      return diagnostics.error(node.at("input", i), "G201",
                               "'" + Twine(layer.input(i)) + "' is not defined here" +
                                   (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
                               "a layer reads inputs and layers before it; a cycle cannot be computed");
    }
    c.inputs.push_back(it->second);
  }
  if (c.inputs.empty() && !layer.has_parameter())
    c.inputs.push_back(scope.current);

  Value result;
  if (layer.has_call() || layer.has_repeat()) {
    if (failed(layer.has_call() ? importCall(c) : importRepeat(c)))
      return failure();
    result = scope.current;
  } else {
    auto it = handlers().find(layer.op_case());
    if (it == handlers().end())
      return diagnostics.error(node.position(), "G204", "the layer does nothing",
                               "write what it is, as in layer { dense { units: 10 } }");
    FailureOr<Value> built = (this->*it->second)(c);
    if (failed(built))
      return failure();
    result = *built;
  }
  if (layer.activation() != proto::Layer::NONE) {
    if (!proto::Layer::Activation_IsValid(layer.activation()))
      return diagnostics.error(node.at("activation"), "G204", "unknown activation", "for example RELU");
    if ((layer.activation() == proto::Layer::SOFTMAX || layer.activation() == proto::Layer::LOG_SOFTMAX) &&
        typeOf(result).getRank() == 0)
      return diagnostics.error(node.at("activation"), "G202", "softmax needs at least one dimension", "reshape it");
    if (!isFloat(result))
      return diagnostics.error(node.at("activation"), "G202",
                               "an activation needs floating-point values, not " + Twine(describe(result)),
                               "cast them");
    std::string activation = StringRef(proto::Layer::Activation_Name(layer.activation())).lower();
    FailureOr<Value> activated =
        activate(layer.activation(), result, locOf(node.at("activation"), name + "+" + activation));
    if (failed(activated))
      return failure();
    result = *activated;
  }
  for (StringRef key : {StringRef(layer.name()), StringRef(layer.output())}) {
    if (key.empty() || (key == layer.output() && key == layer.name() && scope.values.lookup(key) == result))
      continue;
    if (!scope.values.try_emplace(key, result).second)
      return diagnostics.error(node.at(key == layer.output() ? "output" : "name"), "G101",
                               "'" + key + "' is defined twice", "give each layer its own name");
  }
  scope.current = result;
  return success();
}

LogicalResult Importer::importCall(LayerContext &c) {
  StringRef name = c.layer.call().function();
  const proto::Function *function = nullptr;
  int index = 0;
  SmallVector<StringRef> names;
  for (int i = 0; i < model.function_size(); ++i) {
    names.push_back(model.function(i).name());
    if (model.function(i).name() == name)
      function = &model.function(i), index = i;
  }
  SourcePosition at = c.node.nested("call").at("function");
  if (!function) {
    StringRef guess = closest(name, names);
    return diagnostics.error(
        at, "G205", "there is no function '" + name + "'" + (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
        "define function { name: \"" + name + "\" … }");
  }
  if (llvm::is_contained(c.scope.functions, name) || c.scope.depth >= 64)
    return diagnostics.error(at, "G205", "function '" + name + "' calls itself", "unroll it with repeat");
  size_t wanted = std::max(1, function->input_size());
  if (failed(checkInputs(c, wanted, wanted)))
    return failure();
  Scope inner;
  inner.prefix = c.name + ".";
  inner.depth = c.scope.depth + 1;
  inner.functions = c.scope.functions;
  inner.functions.push_back(name);
  for (int i = 0; i < function->input_size(); ++i)
    if (!inner.values.try_emplace(function->input(i), c.inputs[i]).second)
      return diagnostics.error(file.root().nested("function", index).at("input", i), "G101", "an input is given twice",
                               "rename one");
  inner.current = c.inputs[0];
  SourceNode node = file.root().nested("function", index);
  if (failed(importLayers(function->layer(), node, inner))) {
    diagnostics.note(c.node.position(), "called from here");
    return failure();
  }
  Value result = inner.current;
  if (!function->output().empty()) {
    result = inner.values.lookup(function->output());
    if (!result)
      return diagnostics.error(node.at("output"), "G201",
                               "'" + Twine(function->output()) + "' is not defined in the function",
                               "name one of its layers");
  }
  c.scope.current = result;
  return success();
}

LogicalResult Importer::importRepeat(LayerContext &c) {
  const proto::Repeat &repeat = c.layer.repeat();
  SourceNode node = c.node.nested("repeat");
  if (repeat.count() < 1 || repeat.count() > 10000)
    return diagnostics.error(node.at("count"), "G204", "count must be between 1 and 10000", "for example count: 12");
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  Value current = c.inputs[0];
  for (int i = 0; i < repeat.count(); ++i) {
    // An empty body counts as well: nested repeats of nothing must end too.
    if (++layerCount > kMaxLayers)
      return diagnostics.error(node.at("count"), "G205", "the model expands to more than 10000 layers",
                               "check repeat counts");
    Scope inner;
    inner.values = c.scope.values;
    inner.current = current;
    inner.prefix = c.name + "." + std::to_string(i) + ".";
    inner.depth = c.scope.depth + 1;
    inner.functions = c.scope.functions;
    if (inner.depth >= 64)
      return diagnostics.error(node.position(), "G205", "repeat is nested too deeply", "use at most 64 levels");
    if (failed(importLayers(repeat.layer(), node, inner)))
      return failure();
    current = inner.current;
  }
  c.scope.current = current;
  return success();
}

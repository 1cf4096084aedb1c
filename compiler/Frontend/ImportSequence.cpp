//===- ImportSequence.cpp - Functions and repetition ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/NetworkImporter.h"

using namespace mlir;
using namespace gradus;

static constexpr int kMaxDepth = 64;
static constexpr int kMaxRepeats = 10000;

/// The index of a function of the model. Fails after an error at `position`.
static FailureOr<int> findFunction(LayerImporter &in, StringRef name, const SourcePosition &position) {
  SmallVector<StringRef> names;
  for (const proto::Function &function : in.context.model.function())
    names.push_back(function.name());
  auto found = llvm::find(names, name);
  if (found == names.end())
    return in.error(position, ErrorCode::Call, "there is no function '" + name + "'" + didYouMean(name, names),
                    "define function { name: \"" + name + "\" … }");
  return static_cast<int>(found - names.begin());
}

static FailureOr<LayerOutputs> importCall(LayerImporter &in, const proto::Call &call) {
  StringRef name = call.function();
  SourcePosition position = in.op.at("function");
  FailureOr<int> index = findFunction(in, name, position);
  if (failed(index))
    return failure();
  const proto::Function &function = in.context.model.function(*index);
  SourceNode node = in.context.file.root().nested("function", *index);
  if (llvm::is_contained(in.scope.functions, name) || in.scope.depth >= kMaxDepth)
    return in.error(position, ErrorCode::Call, "function '" + name + "' calls itself", "unroll it with repeat");
  if (failed(in.checkInputCount(std::max(1, function.input_size()))))
    return failure();
  Scope inner = in.scope.inner(in.name, in.inputs[0]);
  inner.functions.push_back(name);
  for (int i = 0; i < function.input_size(); ++i)
    if (!inner.values.try_emplace(function.input(i), in.inputs[i]).second)
      return in.error(node.at("input", i), ErrorCode::Name, "an input is given twice", "rename one");
  if (failed(in.network.importLayers(function.layer(), node, inner))) {
    in.context.diagnostics.note(in.node.position(), "called from here");
    return failure();
  }
  if (function.output().empty())
    return LayerOutputs{inner.current};
  Value result = inner.lookup(function.output());
  if (!result)
    return in.error(node.at("output"), ErrorCode::UndefinedName,
                    "'" + Twine(function.output()) + "' is not defined in the function", "name one of its layers");
  return LayerOutputs{result};
}

static FailureOr<LayerOutputs> importRepeat(LayerImporter &in, const proto::Repeat &repeat) {
  if (repeat.count() < 1 || repeat.count() > kMaxRepeats)
    return in.error(in.op.at("count"), ErrorCode::Setting, "count must be between 1 and " + Twine(kMaxRepeats),
                    "for example count: 12");
  if (failed(in.checkInputCount(1)))
    return failure();
  Value current = in.inputs[0];
  for (int i = 0; i < repeat.count(); ++i) {
    // An empty body counts as well: nested repeats of nothing must end too.
    if (failed(in.network.countLayer(in.op.at("count"))))
      return failure();
    Scope inner = in.scope.inner(in.name + "." + std::to_string(i), current);
    inner.values = in.scope.values;
    if (inner.depth >= kMaxDepth)
      return in.error(in.op.position(), ErrorCode::Call, "repeat is nested too deeply",
                      "use at most " + Twine(kMaxDepth) + " levels");
    if (failed(in.network.importLayers(repeat.layer(), in.op, inner)))
      return failure();
    current = inner.current;
  }
  return LayerOutputs{current};
}

void gradus::registerSequenceLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kCall, importCall);
  layers.add(proto::Layer::kRepeat, importRepeat);
}

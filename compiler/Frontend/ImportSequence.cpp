//===- ImportSequence.cpp - Functions and repetition ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/NetworkImporter.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace gradus;
namespace pb = google::protobuf;

static constexpr int kMaxDepth = 64;
static constexpr int kMaxRepeats = 10000;

/// The index of a function of the model. Fails after an error at `position`.
static FailureOr<int> findFunction(LayerImporter &in, StringRef name, const SourcePosition &position) {
  SmallVector<StringRef> names;
  for (const proto::Function &function : in.context.model.function())
    names.push_back(function.name());
  auto *found = llvm::find(names, name);
  if (found == names.end())
    return in.error(position, ErrorCode::Call, "there is no function '" + name + "'" + didYouMean(name, names),
                    "define function { name: \"" + name + "\" … }");
  return static_cast<int>(found - names.begin());
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Clears, in `base`, the repeated fields that `change` sets: a merge replaces them.
static void clearReplaced(pb::Message &base, const pb::Message &change) {
  const pb::Reflection *reflection = base.GetReflection();
  std::vector<const pb::FieldDescriptor *> fields;
  change.GetReflection()->ListFields(change, &fields);
  for (const pb::FieldDescriptor *field : fields) {
    if (field->is_repeated())
      reflection->ClearField(&base, field);
    else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE && reflection->HasField(base, field))
      clearReplaced(*reflection->MutableMessage(&base, field), reflection->GetMessage(change, field));
  }
}

/// Whether a layer of this name stands in a `repeat` of `layers`.
static bool isRepeated(const NetworkImporter::Layers &layers, StringRef name) {
  return llvm::any_of(layers, [&](const proto::Layer &layer) {
    const NetworkImporter::Layers &inner = layer.repeat().layer();
    return isRepeated(inner, name) ||
           llvm::any_of(inner, [&](const proto::Layer &repeated) { return name == repeated.name(); });
  });
}

/// Reports a change of a layer that `function` does not have.
static LogicalResult unknownLayer(LayerImporter &in, const proto::Function &function, StringRef name,
                                  const SourcePosition &position, ArrayRef<StringRef> known) {
  if (name.empty())
    return in.error(position, ErrorCode::Call, "a change needs the name of the layer that it is for",
                    "name a layer of the function: with { name: \"conv\" conv { stride: 2 } }");
  if (isRepeated(function.layer(), name))
    return in.error(position, ErrorCode::Call, "layer '" + name + "' stands in a repeat, which a change does not reach",
                    "make the layers of the repeat a function, and change its call");
  return in.error(position, ErrorCode::Call,
                  "function '" + function.name() + "' has no layer '" + name + "'" + didYouMean(name, known),
                  "name a layer of the function: with { name: \"conv\" conv { stride: 2 } }");
}

namespace {

/// The layers of a function as a call changes them, and where each is written.
struct CalledLayers {
  NetworkImporter::Layers layers;
  SmallVector<SourceNode> nodes;
};

} // namespace

/// The layers of `function`, at `node`, changed by `call`. Fails after an error.
static FailureOr<CalledLayers> layersOfCall(LayerImporter &in, const proto::Call &call, const proto::Function &function,
                                            const SourceNode &node) {
  CalledLayers called{function.layer(), {}};
  std::vector<std::string> names;
  for (auto [i, layer] : llvm::enumerate(called.layers)) {
    called.nodes.push_back(node.nested("layer", static_cast<int>(i)));
    names.push_back(layer.name().empty() ? std::to_string(i) : layer.name());
  }
  SmallVector<StringRef> known(names.begin(), names.end());
  llvm::StringSet<> changed;
  for (auto [i, change] : llvm::enumerate(call.with())) {
    SourceNode changeNode = in.op.nested("with", static_cast<int>(i));
    StringRef name = change.name();
    auto *found = llvm::find(known, name);
    if (found == known.end())
      return unknownLayer(in, function, name, changeNode.at("name"), known);
    if (!changed.insert(name).second)
      return in.error(changeNode.at("name"), ErrorCode::Call, "layer '" + name + "' is changed twice",
                      "write both changes in one");
    auto index = static_cast<int>(found - known.begin());
    proto::Layer &layer = *called.layers.Mutable(index);
    clearReplaced(layer, change);
    layer.MergeFrom(change);
    if (function.layer(index).name().empty()) // a layer without a name stays one
      layer.clear_name();
    called.nodes[index] = called.nodes[index].changedBy(changeNode, layer);
  }
  return called;
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
  FailureOr<CalledLayers> called = layersOfCall(in, call, function, node);
  if (failed(called))
    return failure();
  if (failed(in.network.importLayers(called->layers, called->nodes, inner))) {
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

//===----------------------------------------------------------------------===//
// Repetition
//===----------------------------------------------------------------------===//

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

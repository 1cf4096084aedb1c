//===- LayerImporter.cpp - Import handlers, and what they work with -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"
#include "compiler/Frontend/NetworkImporter.h"
#include "llvm/Support/ErrorHandling.h"
#include <cmath>

using namespace mlir;
using namespace gradus;
namespace pb = google::protobuf;

/// The field of Layer.op that a layer sets; null if none.
static const pb::FieldDescriptor *opField(const proto::Layer &layer) {
  return layer.op_case() == proto::Layer::OP_NOT_SET ? nullptr
                                                     : proto::Layer::descriptor()->FindFieldByNumber(layer.op_case());
}

LayerImporter::LayerImporter(NetworkImporter &network, Scope &scope, const proto::Layer &layer, SourceNode node,
                             std::string name)
    : network(network), context(network.in), entry(network.entry), scope(scope), layer(layer), node(node),
      op(opField(layer) ? node.nested(opField(layer)->name()) : node), name(std::move(name)),
      loc(network.in.locOf(node.position(), this->name)), b(network.in.b) {}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

LogicalResult LayerImporter::inputCountError(size_t count, StringRef orMore) const {
  return error(node.at("input"), ErrorCode::InputCount,
               "the layer takes " + Twine(count) + orMore + (count == 1 ? " input" : " inputs") + ", not " +
                   Twine(inputs.size()),
               "write input: [\"a\", \"b\"]");
}

LogicalResult LayerImporter::checkInputCount(size_t count) const {
  return inputs.size() == count ? success() : inputCountError(count, "");
}

LogicalResult LayerImporter::checkMinInputCount(size_t count) const {
  return inputs.size() >= count ? success() : inputCountError(count, " or more");
}

LogicalResult LayerImporter::checkFloatInput() const {
  if (failed(checkInputCount(1)))
    return failure();
  if (isFloat(inputs[0]))
    return success();
  return error(node.position(), ErrorCode::InputType, "needs floating-point values, not " + describe(inputs[0]),
               "put a cast { type: \"f32\" } before it");
}

LogicalResult LayerImporter::checkFinite(double value, StringRef field) const {
  if (std::isfinite(value))
    return success();
  return error(op.at(field), ErrorCode::Setting, field + " is not a finite number", "give it one");
}

LogicalResult LayerImporter::checkSize(ArrayRef<int64_t> shape) const {
  return checkElementCount(shape, op.position(), context.diagnostics);
}

FailureOr<int64_t> LayerImporter::dimension(int64_t axis, const SourcePosition &position) const {
  int64_t rank = typeOf(inputs[0]).getRank();
  int64_t dim = axis < 0 ? axis + rank : axis;
  if (dim < 0 || dim >= rank)
    return error(position, ErrorCode::Setting, "axis " + Twine(axis) + " does not exist in " + describe(inputs[0]),
                 "axes count from 0, or from -1 at the end");
  return dim;
}

FailureOr<int64_t> LayerImporter::dimension(const proto::Axis &axis) const {
  return dimension(axis.has_axis() ? axis.axis() : -1, op.at("axis"));
}

FailureOr<SmallVector<int64_t>> LayerImporter::dimensions(const pb::RepeatedField<int64_t> &axes) const {
  SmallVector<int64_t> dims;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    FailureOr<int64_t> dim = dimension(axis, op.at("axis", static_cast<int>(i)));
    if (failed(dim))
      return failure();
    dims.push_back(*dim);
  }
  if (dims.empty()) {
    FailureOr<int64_t> last = dimension(-1, node.position());
    if (failed(last))
      return failure();
    dims.push_back(*last);
  }
  llvm::sort(dims);
  dims.erase(llvm::unique(dims), dims.end());
  return dims;
}

FailureOr<SmallVector<int64_t>> LayerImporter::distinctDimensions(const pb::RepeatedField<int64_t> &axes) const {
  SmallVector<int64_t> dims;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    SourcePosition position = op.at("axis", static_cast<int>(i));
    FailureOr<int64_t> dim = dimension(axis, position);
    if (failed(dim))
      return failure();
    if (llvm::is_contained(dims, *dim))
      return error(position, ErrorCode::Setting, "axis " + Twine(*dim) + " is named twice", "once is enough");
    dims.push_back(*dim);
  }
  return dims;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

FailureOr<Value> LayerImporter::parameter(const LayerParameter &parameter) {
  if (failed(checkSize(parameter.type.getShape())))
    return failure();
  FailureOr<Attribute> init =
      getInitializer(parameter.init, parameter.fanIn, parameter.fanOut, op.at(parameter.initField), context);
  if (failed(init))
    return failure();
  std::string full = parameter.name.empty() ? name : name + "." + parameter.name.str();
  return network.parameters.read(
      {full, parameter.type, *init, layer.freeze() || parameter.isFrozen, loc, op.position()});
}

nn::Precision LayerImporter::matmulPrecision(Type element) const {
  return element.isF32() ? context.precision : nn::Precision::F32;
}

//===----------------------------------------------------------------------===//
// Registry
//===----------------------------------------------------------------------===//

const LayerRegistry &LayerRegistry::get() {
  static const LayerRegistry registry = [] {
    LayerRegistry layers;
#define GRADUS_LAYER_FAMILY(family) register##family##Layers(layers);
#include "compiler/Frontend/LayerFamilies.def"
    return layers;
  }();
  return registry;
}

void LayerRegistry::checkMessage(proto::Layer::OpCase kind, const pb::Descriptor *message) {
  const pb::FieldDescriptor *field = proto::Layer::descriptor()->FindFieldByNumber(kind);
  if (!field || field->message_type() != message)
    llvm::report_fatal_error("a handler is registered for a layer of another message than it takes");
}

FailureOr<LayerOutputs> LayerRegistry::import(LayerImporter &in) const {
  auto it = handlers.find(in.layer.op_case());
  if (it == handlers.end())
    return in.error(in.node.position(), ErrorCode::Setting, "the layer does nothing",
                    "write what it is, as in layer { dense { units: 10 } }");
  return it->second(in, in.op.getMessage());
}

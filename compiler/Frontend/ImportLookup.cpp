//===- ImportLookup.cpp - Parameters, tables and their rows ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"

using namespace mlir;
using namespace gradus;

static FailureOr<LayerOutputs> importParameter(LayerImporter &in, const proto::Parameter &op) {
  if (failed(in.checkInputCount(0)))
    return failure();
  FailureOr<TensorSpec> type = in.context.types.parse(in.op);
  if (failed(type))
    return failure();
  if (llvm::is_contained(type->shape, TensorSpec::kBatch))
    return in.error(in.op.at("type"), ErrorCode::Type, "a parameter has no batch dimension", "give it sizes");
  int64_t fanIn = type->shape.empty() ? 1 : type->shape.back();
  int64_t fanOut = type->shape.empty() ? 1 : type->shape.front();
  auto tensor = RankedTensorType::get(type->shape, type->element);
  FailureOr<Value> value = in.parameter({"", tensor, op.init(), "init", fanIn, fanOut});
  if (failed(value))
    return failure();
  return LayerOutputs{*value};
}

static FailureOr<LayerOutputs> importGather(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(2)))
    return failure();
  Value table = in.inputs[0], indices = in.inputs[1];
  if (typeOf(table).getRank() < 1 || isFloat(indices))
    return in.error(in.node.at("input"), ErrorCode::InputType,
                    "gather takes a table and integer indices, not " + in.describe(table) + " and " +
                        in.describe(indices),
                    "input: [\"table\", \"indices\"]");
  return LayerOutputs{nn::GatherOp::create(in.b, in.loc, table, indices)};
}

static FailureOr<LayerOutputs> importEmbedding(LayerImporter &in, const proto::Embedding &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  if (op.rows() < 1 || op.units() < 1)
    return in.error(in.op.position(), ErrorCode::Setting, "rows and units must be at least 1",
                    "for example embedding { rows: 256 units: 64 }");
  if (isFloat(in.inputs[0]))
    return in.error(in.node.position(), ErrorCode::InputType,
                    "embedding needs integer indices, not " + in.describe(in.inputs[0]), "cast them");
  proto::Init init = op.weight_init();
  if (init.kind_case() == proto::Init::KIND_NOT_SET)
    init.mutable_normal(); // N(0, 1), as in PyTorch
  auto type = RankedTensorType::get({op.rows(), op.units()}, in.b.getF32Type());
  FailureOr<Value> table = in.parameter({"weight", type, init, "weight_init", op.units(), op.rows()});
  if (failed(table))
    return failure();
  return LayerOutputs{nn::GatherOp::create(in.b, in.loc, *table, in.inputs[0])};
}

static FailureOr<LayerOutputs> importOneHot(LayerImporter &in, const proto::OneHot &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  if (op.depth() < 1 || isFloat(in.inputs[0]))
    return in.error(in.node.position(), ErrorCode::Setting,
                    "one_hot needs depth >= 1 and integer indices, not " + in.describe(in.inputs[0]),
                    "for example one_hot { depth: 10 }");
  SmallVector<int64_t> shape(typeOf(in.inputs[0]).getShape());
  shape.push_back(op.depth());
  if (failed(checkElementCount(shape, in.node.position(), in.context.diagnostics)))
    return failure();
  auto type = RankedTensorType::get(shape, in.b.getF32Type());
  return LayerOutputs{nn::OneHotOp::create(in.b, in.loc, type, in.inputs[0])};
}

void gradus::registerLookupLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kEmbedding, importEmbedding);
  layers.add(proto::Layer::kGather, importGather);
  layers.add(proto::Layer::kOneHot, importOneHot);
  layers.add(proto::Layer::kParameter, importParameter);
}

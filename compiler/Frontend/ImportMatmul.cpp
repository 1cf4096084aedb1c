//===- ImportMatmul.cpp - Layers that multiply matrices -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"

using namespace mlir;
using namespace gradus;

static FailureOr<LayerOutputs> importDense(LayerImporter &in, const proto::Dense &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  Value x = in.inputs[0];
  RankedTensorType type = typeOf(x);
  if (op.units() < 1)
    return in.error(in.op.at("units"), ErrorCode::Setting, "units must be at least 1",
                    "for example dense { units: 10 }");
  if (!isFloat(x) || type.getRank() < 2)
    return in.error(in.node.position(), ErrorCode::InputType, "dense needs floating-point rows, not " + in.describe(x),
                    "give it f32[batch,features]");
  int64_t features = type.getShape().back(), units = op.units();
  FailureOr<Value> weight =
      in.parameter({"weight", type.clone({units, features}), op.weight_init(), "weight_init", features, units});
  if (failed(weight))
    return failure();
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = units;
  if (failed(in.checkSize(shape)))
    return failure();
  // More than two dimensions: the leading ones are rows.
  int64_t rows = type.getNumElements() / features;
  if (type.getRank() > 2)
    x = nn::ReshapeOp::create(in.b, in.loc, type.clone({rows, features}), x);
  Value y = nn::MatmulOp::create(in.b, in.loc, x, *weight, false, true, in.matmulPrecision(type.getElementType()));
  if (!op.has_bias() || op.bias()) {
    FailureOr<Value> bias = in.parameter({"bias", type.clone({units}), op.bias_init(), "bias_init", features, units});
    if (failed(bias))
      return failure();
    Value added = nn::BroadcastOp::create(in.b, in.loc, y.getType(), *bias, ArrayRef<int64_t>{1});
    y = nn::AddOp::create(in.b, in.loc, y, added);
  }
  if (type.getRank() > 2)
    y = nn::ReshapeOp::create(in.b, in.loc, type.clone(shape), y);
  return LayerOutputs{y};
}

static FailureOr<LayerOutputs> importMatmul(LayerImporter &in, const proto::Matmul &op) {
  if (failed(in.checkInputCount(2)))
    return failure();
  Value lhs = in.inputs[0], rhs = in.inputs[1];
  RankedTensorType lhsType = typeOf(lhs), rhsType = typeOf(rhs);
  int64_t rank = lhsType.getRank();
  auto error = [&](StringRef why) {
    return in.error(in.node.at("input"), ErrorCode::InputType,
                    "cannot multiply " + in.describe(lhs) + " and " + in.describe(rhs) + ": " + why,
                    "see transpose_a and transpose_b");
  };
  if (lhsType.getElementType() != rhsType.getElementType() || !isFloat(lhs))
    return error("both must be of one floating-point type");
  if (rank < 2 || rank != rhsType.getRank() || lhsType.getShape().drop_back(2) != rhsType.getShape().drop_back(2))
    return error("ranks and leading dimensions must be equal");
  if (lhsType.getDimSize(rank - (op.transpose_a() ? 2 : 1)) != rhsType.getDimSize(rank - (op.transpose_b() ? 1 : 2)))
    return error("the inner dimensions differ");
  return LayerOutputs{nn::MatmulOp::create(in.b, in.loc, lhs, rhs, op.transpose_a(), op.transpose_b(),
                                           in.matmulPrecision(lhsType.getElementType()))};
}

void gradus::registerMatmulLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kDense, importDense);
  layers.add(proto::Layer::kMatmul, importMatmul);
}

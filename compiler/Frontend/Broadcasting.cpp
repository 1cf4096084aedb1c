//===- Broadcasting.cpp - Operands of elementwise layers ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Broadcasting.h"

using namespace mlir;
using namespace gradus;

LogicalResult gradus::broadcastShapes(LayerImporter &in, MutableArrayRef<Value> values) {
  SmallVector<int64_t> shape(shapeOf(values[0]));
  Value first = values[0];
  for (Value v : values.drop_front()) {
    FailureOr<SmallVector<int64_t>> both = nn::broadcastShapes(shape, shapeOf(v));
    if (failed(both))
      return in.error(in.node.at("input"), ErrorCode::InputType,
                      "cannot broadcast " + in.describe(first) + " and " + in.describe(v) + " to one shape",
                      "trailing dimensions must be equal or 1");
    shape = std::move(*both);
  }
  if (failed(checkElementCount(shape, in.node.position(), in.context.diagnostics)))
    return failure();
  for (Value &v : values)
    v = nn::broadcastTo(in.b, in.loc, v, typeOf(v).clone(shape));
  return success();
}

LogicalResult gradus::broadcastTogether(LayerImporter &in, MutableArrayRef<Value> values) {
  Type element = typeOf(values[0]).getElementType();
  for (Value v : values.drop_front())
    if (typeOf(v).getElementType() != element)
      return in.error(in.node.at("input"), ErrorCode::InputType,
                      "cannot combine " + in.describe(values[0]) + " and " + in.describe(v), "cast one of them");
  return broadcastShapes(in, values);
}

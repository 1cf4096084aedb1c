//===- ImportAdaptivePool.cpp - Poolings to a given size ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"

using namespace mlir;
using namespace gradus;

/// The most parts that are not all alike: each is a few ops.
static constexpr int64_t kMaxParts = 256;

/// Of `x`, `count` parts along `dim`, each reduced: part i is of the elements from floor(i size / count) to
/// ceil((i + 1) size / count), which PyTorch takes, too.
static Value reduceParts(LayerImporter &in, Value x, int64_t dim, int64_t count, bool isMean) {
  int64_t size = shapeOf(x)[dim];
  auto reduced = [&](Value part, int64_t along) -> Value {
    return isMean ? nn::meanAlong(in.b, in.loc, part, along)
                  : nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Max, part, along);
  };
  if (size % count == 0) { // all alike: the size becomes parts and what they hold
    SmallVector<int64_t> split(shapeOf(x));
    split[dim] = count;
    split.insert(split.begin() + dim + 1, size / count);
    return reduced(nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(split), x), dim + 1);
  }
  SmallVector<Value> parts;
  for (int64_t i = 0; i < count; ++i) {
    SmallVector<int64_t> start(rankOf(x), 0), limit(shapeOf(x)), stride(rankOf(x), 1), kept(shapeOf(x));
    start[dim] = i * size / count;
    limit[dim] = llvm::divideCeil((i + 1) * size, count);
    kept[dim] = 1;
    Value part = reduced(nn::SliceOp::create(in.b, in.loc, x, start, limit, stride), dim);
    parts.push_back(nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(kept), part));
  }
  return nn::ConcatOp::create(in.b, in.loc, parts, dim);
}

static FailureOr<LayerOutputs> importAdaptivePool(LayerImporter &in, const proto::AdaptivePool &op) {
  if (failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  int64_t spatial = rankOf(x) - 2;
  if (spatial < 1)
    return in.error(in.node.position(), ErrorCode::InputType, "needs spatial dimensions, not " + in.describe(x),
                    "give it f32[batch,channels,height,width], for example");
  if (op.size_size() != 1 && op.size_size() != spatial)
    return in.error(in.op.at("size"), ErrorCode::Setting,
                    "size needs one number, or one for each of the " + Twine(spatial) + " spatial dimensions of " +
                        in.describe(x),
                    "for example size: 1");
  bool isMean = in.layer.op_case() == proto::Layer::kAdaptiveAveragePool;
  for (int64_t dim = 0; dim < spatial; ++dim) {
    int i = op.size_size() == 1 ? 0 : static_cast<int>(dim);
    int64_t size = shapeOf(x)[2 + dim];
    if (op.size(i) < 1 || op.size(i) > size)
      return in.error(in.op.at("size", i), ErrorCode::Setting,
                      "size " + Twine(op.size(i)) + " is not between 1 and the " + Twine(size) +
                          " elements of dimension " + Twine(2 + dim) + " of " + in.describe(in.inputs[0]),
                      "resize makes larger ones");
    if (size % op.size(i) != 0 && op.size(i) > kMaxParts)
      return in.error(in.op.at("size", i), ErrorCode::Setting,
                      "more than " + Twine(kMaxParts) + " parts must divide the " + Twine(size) +
                          " elements of dimension " + Twine(2 + dim) + " of " + in.describe(in.inputs[0]),
                      "take fewer, or a number that divides them");
    x = reduceParts(in, x, 2 + dim, op.size(i), isMean);
  }
  return LayerOutputs{x};
}

void gradus::registerAdaptivePoolLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kAdaptiveAveragePool, importAdaptivePool);
  layers.add(proto::Layer::kAdaptiveMaxPool, importAdaptivePool);
}

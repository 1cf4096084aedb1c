//===- ImportAdaptivePool.cpp - Poolings to a given size ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/AlongDimension.h"
#include "dialects/nn/IR/ScalarAlgebra.h"

using namespace mlir;
using namespace gradus;

/// `x` reduced along `dim`.
static Value reducedAlong(LayerImporter &in, Value x, int64_t dim, bool isMean) {
  return isMean ? nn::meanAlong(in.b, in.loc, x, dim)
                : nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Max, x, dim).getResult();
}

/// Of `x`, `count` parts along `dim`, which divide it, each reduced.
static Value reduceEqualParts(LayerImporter &in, Value x, int64_t dim, int64_t count, bool isMean) {
  SmallVector<int64_t> split(shapeOf(x));
  split.insert(split.begin() + dim + 1, split[dim] / count);
  split[dim] = count;
  return reducedAlong(in, nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(split), x), dim + 1, isMean);
}

/// The same where they do not divide it: part i is of the elements from floor(i size / count) to
/// ceil((i + 1) size / count), which PyTorch takes, too. All parts are gathered, as long as the longest one; a shorter
/// one has its last element again, which a mean leaves out.
static Value reduceParts(LayerImporter &in, Value x, int64_t dim, int64_t count, bool isMean) {
  int64_t size = shapeOf(x)[dim], longest = 0;
  auto begin = [&](int64_t i) { return i * size / count; };
  auto length = [&](int64_t i) { return static_cast<int64_t>(llvm::divideCeil((i + 1) * size, count)) - begin(i); };
  for (int64_t i = 0; i < count; ++i)
    longest = std::max(longest, length(i));
  SmallVector<int32_t> indices, lengths;
  SmallVector<double> factors;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = 0; j < longest; ++j)
      indices.push_back(static_cast<int32_t>(begin(i) + std::min(j, length(i) - 1)));
    lengths.push_back(static_cast<int32_t>(length(i)));
    factors.push_back(1.0 / static_cast<double>(length(i)));
  }
  Value parts = gatherAlong(in, x, dim, indexTable(in, {count, longest}, indices));
  if (!isMean)
    return reducedAlong(in, parts, dim + 1, false);
  RankedTensorType indexType = typeOf(parts).clone(in.b.getI32Type());
  Value place = nn::IotaOp::create(in.b, in.loc, indexType, dim + 1);
  Value wideLengths = nn::BroadcastOp::create(in.b, in.loc, indexType, indexTable(in, count, lengths), dim);
  nn::GraphAlgebra each(in.b, in.loc, parts);
  parts = each.select(each.lt(place, wideLengths), parts, each.lit(0));
  Value sums = nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Sum, parts, dim + 1);
  return nn::MulOp::create(in.b, in.loc, sums, numbersAlong(in, sums, dim, factors));
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
    if (size % op.size(i) == 0) {
      x = reduceEqualParts(in, x, 2 + dim, op.size(i), isMean);
      continue;
    }
    if (size > kMaxTable)
      return in.error(in.op.at("size", i), ErrorCode::Setting,
                      "of the " + Twine(size) + " elements of dimension " + Twine(2 + dim) + " of " +
                          in.describe(in.inputs[0]) + ", more than " + Twine(kMaxTable) + ", parts must be equal",
                      "take a number that divides them");
    x = reduceParts(in, x, 2 + dim, op.size(i), isMean);
  }
  return LayerOutputs{x};
}

void gradus::registerAdaptivePoolLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kAdaptiveAveragePool, importAdaptivePool);
  layers.add(proto::Layer::kAdaptiveMaxPool, importAdaptivePool);
}

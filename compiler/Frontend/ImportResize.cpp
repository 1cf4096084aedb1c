//===- ImportResize.cpp - Other spatial sizes -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One dimension after the other: an element of the result is one element of the input, or
// lies between two that are gathered, with weights. Both come from tables, as long as the
// dimension, that are computed here. Where nearest repeats each element, there is a
// broadcast instead.
//
//===----------------------------------------------------------------------===//
#include "compiler/Frontend/AlongDimension.h"
#include "dialects/nn/IR/ScalarAlgebra.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

namespace {

/// A spatial dimension of the result. There are `from / to` elements of the input for each of its own.
struct ResizedDim {
  int64_t size;
  double from, to;
};

/// How a layer resizes.
struct Resizing {
  LayerImporter &in;
  proto::Resize::Mode mode;
  proto::Resize::Coordinates coordinates;

  /// Where element `index` of the result lies in the input, `from` elements long.
  double position(int64_t index, int64_t from, const ResizedDim &to) const {
    auto i = static_cast<double>(index);
    switch (coordinates) {
    case proto::Resize::ALIGN_CORNERS:
      return i * static_cast<double>(from - 1) / static_cast<double>(std::max<int64_t>(to.size - 1, 1));
    case proto::Resize::HALF_PIXEL:
      return (i + 0.5) * to.from / to.to - (mode == proto::Resize::NEAREST ? 0 : 0.5);
    default:
      return i * to.from / to.to;
    }
  }

  /// Each element along `dim` `times` times.
  Value repeat(Value x, int64_t dim, int64_t times) const {
    SmallVector<int64_t> wide(shapeOf(x)), shape(wide), dims = llvm::to_vector(llvm::seq<int64_t>(0, rankOf(x)));
    wide.insert(wide.begin() + dim + 1, times);
    shape[dim] *= times;
    for (int64_t &d : MutableArrayRef(dims).drop_front(dim + 1))
      ++d;
    Value spread = nn::BroadcastOp::create(in.b, in.loc, typeOf(x).clone(wide), x, dims);
    return nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(shape), spread);
  }

  Value nearest(Value x, int64_t dim, const ResizedDim &to) const {
    int64_t from = shapeOf(x)[dim];
    double half = coordinates == proto::Resize::ALIGN_CORNERS ? 0.5 : 0;
    SmallVector<int32_t> indices;
    for (int64_t i = 0; i < to.size; ++i)
      indices.push_back(static_cast<int32_t>(std::min(std::floor(position(i, from, to) + half), from - 1.0)));
    return gatherAlong(in, x, dim, indexTable(in, to.size, indices));
  }

  Value linear(Value x, int64_t dim, const ResizedDim &to) const {
    auto last = static_cast<int32_t>(shapeOf(x)[dim] - 1);
    SmallVector<int32_t> before, behind;
    SmallVector<double> weightBefore, weightBehind;
    for (int64_t i = 0; i < to.size; ++i) {
      double at = std::clamp<double>(position(i, last + 1, to), 0, last);
      before.push_back(static_cast<int32_t>(std::floor(at)));
      behind.push_back(std::min(before.back() + 1, last));
      weightBehind.push_back(at - before.back());
      weightBefore.push_back(1 - weightBehind.back());
    }
    Value l = gatherAlong(in, x, dim, indexTable(in, to.size, before));
    Value r = gatherAlong(in, x, dim, indexTable(in, to.size, behind));
    nn::GraphAlgebra a(in.b, in.loc, l);
    return a.add(a.mul(l, numbersAlong(in, l, dim, weightBefore)), a.mul(r, numbersAlong(in, r, dim, weightBehind)));
  }

  /// `x` with `to` elements along `dim`.
  Value resize(Value x, int64_t dim, const ResizedDim &to) const {
    int64_t from = shapeOf(x)[dim];
    if (from == to.size && (to.from == to.to || coordinates == proto::Resize::ALIGN_CORNERS))
      return x;
    if (repeats(from, to))
      return repeat(x, dim, to.size / from);
    return mode == proto::Resize::NEAREST ? nearest(x, dim, to) : linear(x, dim, to);
  }

  /// Whether each of `from` elements stands in the result equally often.
  bool repeats(int64_t from, const ResizedDim &to) const {
    return mode == proto::Resize::NEAREST && coordinates != proto::Resize::ALIGN_CORNERS && to.size % from == 0 &&
           to.from * static_cast<double>(to.size) == to.to * static_cast<double>(from);
  }
};

} // namespace
/// The spatial dimensions of the result. Fails after an error.
static FailureOr<SmallVector<ResizedDim>> resizedDims(LayerImporter &in, const proto::Resize &op) {
  ArrayRef<int64_t> from = shapeOf(in.inputs[0]).drop_front(2);
  int given = op.size_size() + op.scale_size();
  if ((op.size_size() == 0) == (op.scale_size() == 0))
    return in.error(in.op.position(), ErrorCode::Setting, "resize needs either size or scale", "for example scale: 2");
  StringRef field = op.size_size() ? "size" : "scale";
  if (given != 1 && given != static_cast<int>(from.size()))
    return in.error(in.op.at(field), ErrorCode::Setting,
                    field + " has " + Twine(given) + " numbers, but there are " + Twine(from.size()) +
                        " spatial dimensions in " + in.describe(in.inputs[0]),
                    "give one number for all of them, or one for each");
  SmallVector<ResizedDim> dims;
  for (auto [dim, length] : llvm::enumerate(from)) {
    int i = given == 1 ? 0 : static_cast<int>(dim);
    auto size = static_cast<double>(length);
    double wanted = op.size_size() ? static_cast<double>(op.size(i)) : std::floor(op.scale(i) * size);
    if (!(wanted >= 1 && wanted <= static_cast<double>(kMaxSetting)))
      return in.error(in.op.at(field, i), ErrorCode::Setting, "the result would have no elements, or too many",
                      "for example scale: 2");
    // As in PyTorch, a scale is taken as it is written, whatever the rounded size.
    dims.push_back({static_cast<int64_t>(wanted), op.size_size() ? size : 1, op.size_size() ? wanted : op.scale(i)});
  }
  return dims;
}

static FailureOr<LayerOutputs> importResize(LayerImporter &in, const proto::Resize &op) {
  if (failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  if (rankOf(x) < 3)
    return in.error(in.node.position(), ErrorCode::InputType, "needs spatial dimensions, not " + in.describe(x),
                    "give it f32[batch,channels,height,width], for example");
  if (!proto::Resize::Mode_IsValid(op.mode()))
    return in.error(in.op.at("mode"), ErrorCode::Setting, "unknown mode", "for example mode: LINEAR");
  if (!proto::Resize::Coordinates_IsValid(op.coordinates()))
    return in.error(in.op.at("coordinates"), ErrorCode::Setting, "unknown coordinates",
                    "for example coordinates: HALF_PIXEL");
  FailureOr<SmallVector<ResizedDim>> sizes = resizedDims(in, op);
  if (failed(sizes))
    return failure();
  // PyTorch's defaults: "nearest" is floor(i * from / to), "bilinear" has the centers of pixels in their middle.
  proto::Resize::Coordinates coordinates = op.has_coordinates()                  ? op.coordinates()
                                           : op.mode() == proto::Resize::NEAREST ? proto::Resize::ASYMMETRIC
                                                                                 : proto::Resize::HALF_PIXEL;
  Resizing resizing{in, op.mode(), coordinates};
  for (auto [i, to] : llvm::enumerate(*sizes)) {
    int64_t dim = 2 + static_cast<int64_t>(i), from = shapeOf(x)[dim];
    SmallVector<int64_t> shape(shapeOf(x));
    shape[dim] = to.size;
    if (failed(in.checkSize(shape)))
      return failure();
    if (std::max(from, to.size) > kMaxTable && !resizing.repeats(from, to))
      return in.error(in.op.position(), ErrorCode::Setting,
                      "more than " + Twine(kMaxTable) + " elements along dimension " + Twine(dim) +
                          " can only be repeated, not resized",
                      "take a size that is a multiple, and mode: NEAREST");
    x = resizing.resize(x, dim, to);
  }
  return LayerOutputs{x};
}

void gradus::registerResizeLayers(LayerRegistry &layers) { layers.add(proto::Layer::kResize, importResize); }

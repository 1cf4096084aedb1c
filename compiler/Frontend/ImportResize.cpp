//===- ImportResize.cpp - Other spatial sizes -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An element of the result is a weighted sum of elements of the input, the same for all
// rows: a matmul along each dimension. The matrix is a formula of the indices, which its
// kernel computes. Where nearest repeats each element, there is a broadcast instead.
//
//===----------------------------------------------------------------------===//
#include "compiler/Frontend/LayerImporter.h"
#include "dialects/nn/IR/ScalarAlgebra.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

static constexpr int64_t kMaxSize = 1 << 30;

namespace {

/// How a layer resizes.
struct Resizing {
  LayerImporter &in;
  proto::Resize::Mode mode;
  proto::Resize::Coordinates coordinates;

  /// Where each element of the result lies in the input, `from` elements long, that becomes `to` elements long; in
  /// elements of the type of `index`, the number of the element.
  Value position(nn::GraphAlgebra &a, Value index, int64_t from, int64_t to) const {
    auto lit = [&](int64_t v) { return a.lit(static_cast<double>(v)); };
    switch (coordinates) {
    case proto::Resize::ALIGN_CORNERS:
      return a.div(a.mul(index, lit(from - 1)), lit(std::max<int64_t>(to - 1, 1)));
    case proto::Resize::HALF_PIXEL: {
      Value center = a.div(a.mul(a.add(index, a.lit(0.5)), lit(from)), lit(to));
      return mode == proto::Resize::NEAREST ? center : a.sub(center, a.lit(0.5));
    }
    default:
      return a.div(a.mul(index, lit(from)), lit(to));
    }
  }

  /// By how much each of `from` elements counts in each of `to`: [to, from].
  Value matrix(Type element, int64_t from, int64_t to) const {
    auto type = RankedTensorType::get({to, from}, element);
    Value index = nn::IotaOp::create(in.b, in.loc, type, 0), other = nn::IotaOp::create(in.b, in.loc, type, 1);
    nn::GraphAlgebra a(in.b, in.loc, index);
    Value at = position(a, index, from, to), last = a.lit(static_cast<double>(from - 1));
    if (mode == proto::Resize::NEAREST) {
      at = coordinates == proto::Resize::ALIGN_CORNERS ? a.floor(a.add(at, a.lit(0.5))) : a.floor(at);
      return a.select(a.compare(nn::ComparePredicate::Eq, a.min(at, last), other), a.lit(1), a.lit(0));
    }
    at = a.min(a.max(at, a.lit(0)), last);
    return a.max(a.sub(a.lit(1), a.abs(a.sub(at, other))), a.lit(0));
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

  /// `x` with `to` elements along `dim`.
  Value resize(Value x, int64_t dim, int64_t to) const {
    int64_t from = shapeOf(x)[dim], rank = rankOf(x);
    if (from == to)
      return x;
    bool repeats = mode == proto::Resize::NEAREST && coordinates != proto::Resize::ALIGN_CORNERS && to % from == 0;
    if (repeats)
      return repeat(x, dim, to / from);
    Value weights = matrix(typeOf(x).getElementType(), from, to);
    SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    std::swap(perm[dim], perm[rank - 1]);
    x = nn::TransposeOp::create(in.b, in.loc, x, perm);
    SmallVector<int64_t> shape(shapeOf(x));
    Value rows = nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone({typeOf(x).getNumElements() / from, from}), x);
    Value y = nn::MatmulOp::create(in.b, in.loc, rows, weights, false, true, nn::Precision::F32);
    shape.back() = to;
    y = nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(shape), y);
    return nn::TransposeOp::create(in.b, in.loc, y, perm);
  }
};

} // namespace

/// The spatial sizes of the result. Fails after an error.
static FailureOr<SmallVector<int64_t>> resizedSizes(LayerImporter &in, const proto::Resize &op) {
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
  SmallVector<int64_t> sizes;
  for (auto [dim, size] : llvm::enumerate(from)) {
    int i = given == 1 ? 0 : static_cast<int>(dim);
    double wanted =
        op.size_size() ? static_cast<double>(op.size(i)) : std::floor(op.scale(i) * static_cast<double>(size));
    if (!(wanted >= 1 && wanted <= kMaxSize))
      return in.error(in.op.at(field, i), ErrorCode::Setting, "the result would have no elements, or too many",
                      "for example scale: 2");
    sizes.push_back(static_cast<int64_t>(wanted));
  }
  return sizes;
}

static FailureOr<LayerOutputs> importResize(LayerImporter &in, const proto::Resize &op) {
  if (failed(in.checkFloatInput()))
    return failure();
  Value x = in.inputs[0];
  if (rankOf(x) < 3)
    return in.error(in.node.position(), ErrorCode::InputType, "needs spatial dimensions, not " + in.describe(x),
                    "give it f32[batch,channels,height,width], for example");
  if (!proto::Resize::Mode_IsValid(op.mode()) || !proto::Resize::Coordinates_IsValid(op.coordinates()))
    return in.error(in.op.position(), ErrorCode::Setting, "unknown mode or coordinates", "for example mode: LINEAR");
  FailureOr<SmallVector<int64_t>> sizes = resizedSizes(in, op);
  if (failed(sizes))
    return failure();
  // PyTorch's defaults: "nearest" is floor(i * from / to), "bilinear" has the centers of pixels in their middle.
  proto::Resize::Coordinates coordinates = op.has_coordinates()                  ? op.coordinates()
                                           : op.mode() == proto::Resize::NEAREST ? proto::Resize::ASYMMETRIC
                                                                                 : proto::Resize::HALF_PIXEL;
  Resizing resizing{in, op.mode(), coordinates};
  for (auto [i, size] : llvm::enumerate(*sizes)) {
    SmallVector<int64_t> shape(shapeOf(x));
    shape[2 + i] = size;
    if (failed(in.checkSize(shape)))
      return failure();
    x = resizing.resize(x, 2 + static_cast<int64_t>(i), size);
  }
  return LayerOutputs{x};
}

void gradus::registerResizeLayers(LayerRegistry &layers) { layers.add(proto::Layer::kResize, importResize); }

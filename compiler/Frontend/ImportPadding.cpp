//===- ImportPadding.cpp - More elements around a tensor ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/AlongDimension.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

namespace {

/// How much is added at each end of each dimension.
struct Padding {
  SmallVector<int64_t> low, high;
};

} // namespace

/// The numbers of elements to add. Fails after an error.
static FailureOr<Padding> readAmounts(LayerImporter &in, const proto::Pad &op) {
  RankedTensorType type = typeOf(in.inputs[0]);
  Padding padding{SmallVector<int64_t>(type.getRank(), 0), SmallVector<int64_t>(type.getRank(), 0)};
  auto fits = [&](int size) { return size == 0 || size == op.axis_size(); };
  if (op.axis_size() == 0 || !fits(op.low_size()) || !fits(op.high_size()))
    return in.error(in.op.position(), ErrorCode::Setting, "pad needs as many low and high as axis",
                    "for example pad { axis: [2, 3] low: [1, 1] high: [1, 1] }");
  FailureOr<SmallVector<int64_t>> dims = in.distinctDimensions(op.axis());
  if (failed(dims))
    return failure();
  for (auto [index, dim] : llvm::enumerate(*dims)) {
    int i = static_cast<int>(index);
    if (dim == 0)
      return in.error(in.op.at("axis", i), ErrorCode::Setting, "axis 0 counts the samples, of which there are no more",
                      "take another axis");
    // What is reflected is not the last element itself.
    int64_t most = op.mode() == proto::Pad::REFLECT ? type.getDimSize(dim) - 1 : kMaxSetting;
    auto read = [&](StringRef field, const auto &numbers, SmallVector<int64_t> &into) -> LogicalResult {
      int64_t number = numbers.empty() ? 0 : numbers.Get(i);
      if (number < 0 || number > most)
        return in.error(in.op.at(field, i), ErrorCode::Setting,
                        field + " " + Twine(number) + " is not between 0 and " + Twine(most),
                        op.mode() == proto::Pad::REFLECT ? "at most one less than the size can be reflected"
                                                         : "slice takes elements away");
      into[dim] = number;
      return success();
    };
    if (failed(read("low", op.low(), padding.low)) || failed(read("high", op.high(), padding.high)))
      return failure();
  }
  return padding;
}

/// `count` elements that come before the first one of `x` along `dim`, or behind the last:
/// the reflected ones, or copies.
static Value border(LayerImporter &in, Value x, int64_t dim, bool isLow, int64_t count, bool reflects) {
  int64_t size = typeOf(x).getDimSize(dim), taken = reflects ? count : 1, skipped = reflects ? 1 : 0;
  int64_t from = isLow ? skipped : size - skipped - taken;
  Value part = sliceAlong(in, x, dim, from, from + taken);
  if (reflects)
    return nn::ReverseOp::create(in.b, in.loc, part, dim);
  SmallVector<int64_t> shape(shapeOf(x));
  shape[dim] = count;
  return nn::broadcastTo(in.b, in.loc, part, typeOf(x).clone(shape));
}

/// Fails, after an error, unless the value is one of the input's type, and used.
static LogicalResult checkValue(LayerImporter &in, const proto::Pad &op) {
  if (op.has_value() && op.mode() != proto::Pad::CONSTANT)
    return in.error(in.op.at("value"), ErrorCode::Setting, "value is for mode: CONSTANT", "leave it out");
  if (failed(in.checkFinite(op.value(), "value")))
    return failure();
  Type element = typeOf(in.inputs[0]).getElementType();
  if (isa<FloatType>(element))
    return success();
  double value = op.value(), bound = std::ldexp(1.0, static_cast<int>(element.getIntOrFloatBitWidth()) - 1);
  if (value == std::floor(value) && value >= -bound && value < bound)
    return success();
  return in.error(in.op.at("value"), ErrorCode::Setting,
                  "value is not an integer of the type of " + in.describe(in.inputs[0]), "for example value: -1");
}

static FailureOr<LayerOutputs> importPad(LayerImporter &in, const proto::Pad &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  if (!proto::Pad::Mode_IsValid(op.mode()))
    return in.error(in.op.at("mode"), ErrorCode::Setting, "unknown mode", "for example REFLECT");
  if (failed(checkValue(in, op)))
    return failure();
  FailureOr<Padding> padding = readAmounts(in, op);
  if (failed(padding))
    return failure();
  Value x = in.inputs[0];
  SmallVector<int64_t> shape(shapeOf(x)), stride(rankOf(x), 1);
  for (auto [size, low, high] : llvm::zip_equal(shape, padding->low, padding->high))
    size += low + high;
  if (failed(in.checkSize(shape)))
    return failure();
  if (op.mode() == proto::Pad::CONSTANT)
    return LayerOutputs{nn::PadOp::create(in.b, in.loc, x, padding->low, stride, shape, APFloat(op.value()))};
  bool reflects = op.mode() == proto::Pad::REFLECT;
  for (int64_t dim = 1; dim < rankOf(x); ++dim) {
    SmallVector<Value> parts{x};
    if (int64_t count = padding->low[dim])
      parts.insert(parts.begin(), border(in, x, dim, true, count, reflects));
    if (int64_t count = padding->high[dim])
      parts.push_back(border(in, x, dim, false, count, reflects));
    if (parts.size() > 1)
      x = nn::ConcatOp::create(in.b, in.loc, parts, dim);
  }
  return LayerOutputs{x};
}

void gradus::registerPaddingLayers(LayerRegistry &layers) { layers.add(proto::Layer::kPad, importPad); }

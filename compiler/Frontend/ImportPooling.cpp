//===- ImportPooling.cpp - Poolings ---------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/SpatialWindow.h"
#include "dialects/nn/IR/ScalarAlgebra.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace gradus;

/// Lets a last window hang over the end where elements are left, if it begins within the
/// input or the padding before it (PyTorch's rule).
static void roundUp(SpatialWindow &window) {
  for (int64_t dim = 0; dim < window.rank(); ++dim) {
    int64_t padded = window.input[dim] + window.low[dim] + window.high[dim];
    int64_t next = window.positions(dim) * window.stride[dim]; // where it would begin
    bool leavesRest = (padded - window.extent(dim)) % window.stride[dim] != 0;
    if (leavesRest && next < window.input[dim] + window.low[dim])
      window.high[dim] += next + window.extent(dim) - padded;
  }
}

static FailureOr<SpatialWindow> readPoolWindow(LayerImporter &in, const proto::Pool &op) {
  if (op.has_norm() && in.layer.op_case() != proto::Layer::kLpPool)
    return in.error(in.op.at("norm"), ErrorCode::Setting, "norm is for lp_pool", "leave it out");
  bool hasStride = op.stride_size() || op.same();
  FailureOr<SpatialWindow> window =
      readWindow(in, {numbersOf(op.kernel()), numbersOf(hasStride ? op.stride() : op.kernel()),
                      numbersOf(op.dilation()), numbersOf(op.padding()), numbersOf(op.padding_end()), op.same()});
  if (failed(window))
    return failure();
  for (int64_t dim = 0; dim < window->rank(); ++dim)
    for (auto [field, padding] : {std::pair("padding", window->low[dim]), std::pair("padding_end", window->high[dim])})
      if (!op.same() && padding > window->extent(dim) / 2)
        return in.error(in.op.at(field), ErrorCode::Setting,
                        Twine(field) + " " + Twine(padding) + " is more than half of the window, of " +
                            Twine(window->extent(dim)) + " elements: it could lie in padding only",
                        "take less padding, or a larger kernel");
  return window;
}

/// The windows of a layer's input, padded with `value`: [batch, positions…, channels,
/// kernel…]. Fails, after an error, if they are too many.
static FailureOr<Value> pooledWindows(LayerImporter &in, const SpatialWindow &window, double value) {
  Value x = window.pad(in, channelsLast(in, in.inputs[0]), value);
  SmallVector<int64_t> shape{shapeOf(x)[0], shapeOf(x).back()};
  llvm::append_range(shape, window.positions());
  llvm::append_range(shape, window.kernel);
  if (failed(in.checkSize(shapeOf(x))) || failed(in.checkSize(shape)))
    return failure();
  return window.windowsOf(in, x, 2 + window.rank());
}

/// The windows reduced, with channels last.
static Value reduceWindows(LayerImporter &in, nn::ReduceKind kind, Value windows, int64_t rank) {
  return nn::ReduceOp::create(in.b, in.loc, kind, windows, llvm::to_vector(llvm::seq<int64_t>(2 + rank, 2 + 2 * rank)));
}

static FailureOr<LayerOutputs> importMaxPool(LayerImporter &in, const proto::Pool &op) {
  FailureOr<SpatialWindow> window = readPoolWindow(in, op);
  if (failed(window))
    return failure();
  if (op.has_count_padding())
    return in.error(in.op.at("count_padding"), ErrorCode::Setting, "count_padding is for means", "leave it out");
  if (op.ceil_mode())
    roundUp(*window);
  FailureOr<Value> windows = pooledWindows(in, *window, -std::numeric_limits<double>::infinity());
  if (failed(windows))
    return failure();
  return LayerOutputs{channelsFirst(in, reduceWindows(in, nn::ReduceKind::Max, *windows, window->rank()))};
}

/// How many elements count of the window at each position along `dim`: those from `low`
/// before the input to `high` behind it. A value for each element of `type`, the result.
static Value countAlong(LayerImporter &in, const SpatialWindow &window, int64_t dim, int64_t low, int64_t high,
                        RankedTensorType type) {
  int64_t first = -window.low[dim], last = first + (window.positions(dim) - 1) * window.stride[dim];
  auto number = [&](int64_t v) { return nn::splat(in.b, in.loc, type, static_cast<double>(v)); };
  int64_t end = window.input[dim] + high;
  if (first >= -low && last + window.kernel[dim] <= end)
    return number(window.kernel[dim]);
  Value begin = nn::IotaOp::create(in.b, in.loc, type, 1 + dim);
  begin = nn::MulOp::create(in.b, in.loc, begin, number(window.stride[dim]));
  begin = nn::AddOp::create(in.b, in.loc, begin, number(first));
  Value behind = nn::AddOp::create(in.b, in.loc, begin, number(window.kernel[dim]));
  behind = nn::MinimumOp::create(in.b, in.loc, behind, number(end));
  return nn::SubOp::create(in.b, in.loc, behind, nn::MaximumOp::create(in.b, in.loc, begin, number(-low)));
}

static FailureOr<LayerOutputs> importAveragePool(LayerImporter &in, const proto::Pool &op) {
  FailureOr<SpatialWindow> window = readPoolWindow(in, op);
  if (failed(window))
    return failure();
  if (op.dilation_size())
    return in.error(in.op.at("dilation", 0), ErrorCode::Setting, "a mean has no dilation", "leave it out");
  bool countPadding = !op.has_count_padding() || op.count_padding();
  SmallVector<int64_t> none(window->rank(), 0), low(countPadding ? window->low : none),
      high(countPadding ? window->high : none);
  if (op.ceil_mode())
    roundUp(*window);
  FailureOr<Value> windows = pooledWindows(in, *window, 0);
  if (failed(windows))
    return failure();
  Value sums = reduceWindows(in, nn::ReduceKind::Sum, *windows, window->rank());
  RankedTensorType type = typeOf(sums);
  Value count = nn::splat(in.b, in.loc, type, 1);
  for (int64_t dim = 0; dim < window->rank(); ++dim)
    count = nn::MulOp::create(in.b, in.loc, count, countAlong(in, *window, dim, low[dim], high[dim], type));
  return LayerOutputs{channelsFirst(in, nn::DivOp::create(in.b, in.loc, sums, count))};
}

static FailureOr<LayerOutputs> importLpPool(LayerImporter &in, const proto::Pool &op) {
  FailureOr<SpatialWindow> window = readPoolWindow(in, op);
  if (failed(window))
    return failure();
  double norm = op.has_norm() ? op.norm() : 2;
  if (!(norm > 0) || !std::isfinite(norm))
    return in.error(in.op.at("norm"), ErrorCode::Setting, "norm must be positive and finite", "for example norm: 2");
  if (op.has_count_padding())
    return in.error(in.op.at("count_padding"), ErrorCode::Setting, "count_padding is for means", "leave it out");
  if (op.ceil_mode())
    roundUp(*window);
  FailureOr<Value> windows = pooledWindows(in, *window, 0);
  if (failed(windows))
    return failure();
  nn::GraphAlgebra each(in.b, in.loc, *windows);
  Value powers = norm == 2 ? each.mul(*windows, *windows) : each.pow(each.abs(*windows), each.lit(norm));
  Value sums = reduceWindows(in, nn::ReduceKind::Sum, norm == 1 ? each.abs(*windows) : powers, window->rank());
  // The slope of a root at 0 is infinite: a window of zeros has no gradient, as in PyTorch.
  nn::GraphAlgebra a(in.b, in.loc, sums);
  Value isPositive = a.gt(sums, a.lit(0)), positive = a.select(isPositive, sums, a.lit(1));
  Value root = norm == 2 ? a.sqrt(positive) : a.pow(positive, a.lit(1 / norm));
  return LayerOutputs{channelsFirst(in, norm == 1 ? sums : a.select(isPositive, root, sums))};
}

void gradus::registerPoolingLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kLpPool, importLpPool);
  layers.add(proto::Layer::kMaxPool, importMaxPool);
  layers.add(proto::Layer::kAveragePool, importAveragePool);
}

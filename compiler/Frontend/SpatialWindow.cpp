//===- SpatialWindow.cpp - Windows of convolutions and poolings -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/SpatialWindow.h"

using namespace mlir;
using namespace gradus;

SmallVector<int64_t> SpatialWindow::positions() const {
  SmallVector<int64_t> all;
  for (int64_t dim = 0; dim < rank(); ++dim)
    all.push_back(positions(dim));
  return all;
}

Value SpatialWindow::pad(LayerImporter &in, Value x, double value) const {
  auto isZero = [](int64_t n) { return n == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return x;
  SmallVector<int64_t> first(rankOf(x), 0), stride(rankOf(x), 1), size(shapeOf(x));
  for (int64_t dim = 0; dim < rank(); ++dim) {
    first[1 + dim] = low[dim];
    size[1 + dim] += low[dim] + high[dim];
  }
  return nn::PadOp::create(in.b, in.loc, x, first, stride, size, APFloat(value));
}

Value SpatialWindow::windowsOf(LayerImporter &in, Value x, int64_t at) const {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(1, 1 + rank()));
  return nn::WindowOp::create(in.b, in.loc, x, dims, kernel, stride, dilation, at);
}

FailureOr<SmallVector<int64_t>> gradus::readNumbers(LayerImporter &in, ArrayRef<int64_t> values, StringRef field,
                                                    int64_t least, ArrayRef<int64_t> absent) {
  size_t rank = absent.size();
  if (values.empty())
    return SmallVector<int64_t>(absent);
  for (auto [i, value] : llvm::enumerate(values))
    if (value < least || value > kMaxSetting)
      return in.error(in.op.at(field, static_cast<int>(i)), ErrorCode::Setting,
                      field + " " + Twine(value) + " is not between " + Twine(least) + " and " + Twine(kMaxSetting),
                      "for example " + field + ": " + Twine(std::max<int64_t>(least, 1)));
  if (values.size() == 1)
    return SmallVector<int64_t>(rank, values[0]);
  if (values.size() != rank)
    return in.error(in.op.at(field), ErrorCode::Setting,
                    field + " has " + Twine(values.size()) + " numbers, but there are " + Twine(rank) +
                        " spatial dimensions in " + in.describe(in.inputs[0]),
                    "give one number for all of them, or one for each");
  return SmallVector<int64_t>(values);
}

/// Reads the padding into `window`, whose other settings are there.
static LogicalResult readPadding(LayerImporter &in, const SpatialSettings &settings, SpatialWindow &window) {
  SmallVector<int64_t> none(window.rank(), 0);
  if (settings.same) {
    if (!settings.padding.empty() || !settings.paddingEnd.empty())
      return in.error(in.op.at(settings.padding.empty() ? "padding_end" : "padding"), ErrorCode::Setting,
                      "there are both padding and same: true", "leave out one of them");
    for (auto [dim, by] : llvm::enumerate(window.stride)) {
      if (by != 1)
        return in.error(in.op.at("same"), ErrorCode::Setting,
                        "same is ambiguous with stride " + Twine(by) + ": frameworks pad differently",
                        "state the padding in numbers");
      window.low.push_back((window.extent(dim) - 1) / 2);
      window.high.push_back(window.extent(dim) - 1 - window.low.back());
    }
    return success();
  }
  FailureOr<SmallVector<int64_t>> low = readNumbers(in, settings.padding, "padding", 0, none);
  if (failed(low))
    return failure();
  FailureOr<SmallVector<int64_t>> high = readNumbers(in, settings.paddingEnd, "padding_end", 0, *low);
  if (failed(high))
    return failure();
  window.low = *low;
  window.high = *high;
  return success();
}

FailureOr<SpatialWindow> gradus::readWindowSettings(LayerImporter &in, const SpatialSettings &settings) {
  if (failed(in.checkFloatInput()))
    return failure();
  ArrayRef<int64_t> shape = shapeOf(in.inputs[0]);
  if (shape.size() < 3 || shape.size() > 5)
    return in.error(in.node.position(), ErrorCode::InputType,
                    "needs one to three spatial dimensions, not " + in.describe(in.inputs[0]),
                    "give it f32[batch,channels,height,width], for example");
  SpatialWindow window;
  window.input.assign(shape.begin() + 2, shape.end());
  SmallVector<int64_t> ones(window.rank(), 1);
  if (settings.kernel.empty())
    return in.error(in.op.position(), ErrorCode::Setting, "there is no kernel", "for example kernel: 3");
  FailureOr<SmallVector<int64_t>> kernel = readNumbers(in, settings.kernel, "kernel", 1, ones);
  if (failed(kernel))
    return failure();
  FailureOr<SmallVector<int64_t>> stride = readNumbers(in, settings.stride, "stride", 1, ones);
  if (failed(stride))
    return failure();
  FailureOr<SmallVector<int64_t>> dilation = readNumbers(in, settings.dilation, "dilation", 1, ones);
  if (failed(dilation))
    return failure();
  window.kernel = *kernel;
  window.stride = *stride;
  window.dilation = *dilation;
  if (failed(readPadding(in, settings, window)))
    return failure();
  return window;
}

FailureOr<SpatialWindow> gradus::readWindow(LayerImporter &in, const SpatialSettings &settings) {
  FailureOr<SpatialWindow> read = readWindowSettings(in, settings);
  if (failed(read))
    return failure();
  const SpatialWindow &window = *read;
  for (int64_t dim = 0; dim < window.rank(); ++dim) {
    int64_t padded = window.input[dim] + window.low[dim] + window.high[dim];
    if (window.extent(dim) > padded)
      return in.error(in.op.at("kernel"), ErrorCode::Setting,
                      "a kernel over " + Twine(window.extent(dim)) + " elements is larger than the padded size " +
                          Twine(padded) + " of dimension " + Twine(dim + 2) + " of " + in.describe(in.inputs[0]),
                      "take a smaller kernel or dilation, or more padding");
  }
  return read;
}

Value gradus::channelsLast(LayerImporter &in, Value x) {
  int64_t rank = rankOf(x);
  SmallVector<int64_t> perm{0};
  llvm::append_range(perm, llvm::seq<int64_t>(2, rank));
  perm.push_back(1);
  return nn::TransposeOp::create(in.b, in.loc, x, perm);
}

Value gradus::channelsFirst(LayerImporter &in, Value x) {
  int64_t rank = rankOf(x);
  SmallVector<int64_t> perm{0, rank - 1};
  llvm::append_range(perm, llvm::seq<int64_t>(1, rank - 1));
  return nn::TransposeOp::create(in.b, in.loc, x, perm);
}

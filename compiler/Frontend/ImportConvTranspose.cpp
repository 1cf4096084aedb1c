//===- ImportConvTranspose.cpp - Transposed convolutions ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each position of the input adds its product with the weight, a window, to the result: one
// matmul, and the windows summed where they overlap. A convolution of the input with zeros
// between its elements would do as many multiplications by zero as the strides multiply to.
//
//===----------------------------------------------------------------------===//
#include "compiler/Frontend/ConvolutionChannels.h"
#include "compiler/Frontend/SpatialWindow.h"

using namespace mlir;
using namespace gradus;

namespace {

/// One transposed convolution: what its handler knows.
struct TransposedConvolution {
  LayerImporter &in;
  SpatialWindow window; // which slides over the result; `input` is that of the layer
  SmallVector<int64_t> outputPadding;
  int64_t batch, inputs, outputs, groups; // channels

  Value reshape(Value x, ArrayRef<int64_t> shape) const {
    return nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(shape), x);
  }
  Value transpose(Value x, ArrayRef<int64_t> perm) const { return nn::TransposeOp::create(in.b, in.loc, x, perm); }
  int64_t kernelSize() const { return llvm::product_of(window.kernel); }
  /// Elements along `dim` that windows reach.
  int64_t reach(int64_t dim) const { return (window.input[dim] - 1) * window.stride[dim] + window.extent(dim); }
  /// Elements of the result along `dim`; at least 1 where it has been checked.
  int64_t size(int64_t dim) const { return reach(dim) + outputPadding[dim] - window.low[dim] - window.high[dim]; }
  /// [batch, sizes…, channels] with `sizeOf` each dimension.
  SmallVector<int64_t> shapeWith(llvm::function_ref<int64_t(int64_t)> sizeOf) const {
    SmallVector<int64_t> shape{batch};
    llvm::append_range(shape, llvm::map_range(llvm::seq<int64_t>(0, window.rank()), sizeOf));
    shape.push_back(outputs);
    return shape;
  }
  /// [batch, positions…, kernel…, channels].
  SmallVector<int64_t> windowsShape() const {
    SmallVector<int64_t> shape{batch};
    llvm::append_range(shape, window.input);
    llvm::append_range(shape, window.kernel);
    shape.push_back(outputs);
    return shape;
  }

  /// The windows, of `x` with channels last and `weight` as it is stored.
  Value windows(Value x, Value weight) const {
    if (groups == inputs && groups == outputs && groups > 1)
      return channelWindows(x, weight);
    return groups == 1 ? allWindows(x, weight) : groupWindows(x, weight);
  }

  /// All channels with all: [rows, channels] by [channels, kernel…, channels].
  Value allWindows(Value x, Value weight) const {
    SmallVector<int64_t> perm{0};
    llvm::append_range(perm, llvm::seq<int64_t>(2, 2 + window.rank()));
    perm.push_back(1);
    Value matrix = reshape(transpose(weight, perm), {inputs, kernelSize() * outputs});
    Value rows = reshape(x, {rowCount(), inputs});
    return reshape(multiply(rows, matrix), windowsShape());
  }

  /// A matrix per group: [group, rows, channels] by [group, channels, kernel…, channels].
  Value groupWindows(Value x, Value weight) const {
    int64_t own = inputs / groups, made = outputs / groups, kernel = kernelSize();
    Value matrices = transpose(reshape(weight, {groups, own, made, kernel}), {0, 1, 3, 2});
    Value rows = transpose(reshape(x, {rowCount(), groups, own}), {1, 0, 2});
    Value y = multiply(rows, reshape(matrices, {groups, own, kernel * made}));
    y = transpose(reshape(y, {groups, rowCount(), kernel, made}), {1, 2, 0, 3});
    return reshape(y, windowsShape());
  }

  /// Each channel by itself: a product per element of its window.
  Value channelWindows(Value x, Value weight) const {
    int64_t rank = window.rank();
    RankedTensorType type = typeOf(x).clone(windowsShape());
    SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, 1 + rank)), kernel{outputs}, perm;
    dims.push_back(1 + 2 * rank);
    llvm::append_range(kernel, window.kernel);
    llvm::append_range(perm, llvm::seq<int64_t>(1, 1 + rank));
    perm.push_back(0);
    Value spread = nn::BroadcastOp::create(in.b, in.loc, type, x, dims);
    SmallVector<int64_t> weightDims = llvm::to_vector(llvm::seq<int64_t>(1 + rank, 2 + 2 * rank));
    Value factors = nn::BroadcastOp::create(in.b, in.loc, type, transpose(reshape(weight, kernel), perm), weightDims);
    return nn::MulOp::create(in.b, in.loc, spread, factors);
  }

  /// The windows added up, with what the padding leaves out left out.
  Value sum(Value windows) const {
    int64_t rank = window.rank();
    RankedTensorType reached = typeOf(windows).clone(shapeWith([&](int64_t dim) { return reach(dim); }));
    SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(1, 1 + rank));
    Value y = nn::SumWindowsOp::create(in.b, in.loc, reached, windows, dims, window.kernel, window.stride,
                                       window.dilation, 1 + rank);
    auto isZero = [](int64_t n) { return n == 0; };
    SmallVector<int64_t> none(rank + 2, 0), ones(rank + 2, 1);
    if (!llvm::all_of(outputPadding, isZero)) {
      SmallVector<int64_t> padded = shapeWith([&](int64_t dim) { return reach(dim) + outputPadding[dim]; });
      y = nn::PadOp::create(in.b, in.loc, y, none, ones, padded, APFloat(0.0));
    }
    SmallVector<int64_t> start(none), limit(shapeOf(y));
    for (int64_t dim = 0; dim < rank; ++dim) {
      start[1 + dim] = window.low[dim];
      limit[1 + dim] -= window.high[dim];
    }
    return nn::SliceOp::create(in.b, in.loc, y, start, limit, ones);
  }

private:
  int64_t rowCount() const { return batch * llvm::product_of(window.input); }
  Value multiply(Value lhs, Value rhs) const {
    return nn::MatmulOp::create(in.b, in.loc, lhs, rhs, false, false, in.matmulPrecision(typeOf(lhs).getElementType()));
  }
};

} // namespace

/// Checks that the result has elements, and is not too large.
static LogicalResult checkSizes(const TransposedConvolution &conv) {
  LayerImporter &in = conv.in;
  for (int64_t dim = 0; dim < conv.window.rank(); ++dim) {
    int64_t most = std::max(conv.window.stride[dim], conv.window.dilation[dim]) - 1;
    if (conv.outputPadding[dim] > most)
      return in.error(in.op.at("output_padding"), ErrorCode::Setting,
                      "output_padding " + Twine(conv.outputPadding[dim]) + " is not below stride or dilation",
                      "at most " + Twine(most) + " elements more convolve to the same size");
    if (conv.size(dim) < 1)
      return in.error(in.op.at("padding"), ErrorCode::Setting,
                      "the padding leaves nothing of the " + Twine(conv.reach(dim)) + " elements of dimension " +
                          Twine(dim + 2) + " of the result",
                      "take a larger kernel, or less padding");
  }
  if (failed(in.checkSize(conv.shapeWith([&](int64_t dim) { return conv.reach(dim); }))))
    return failure();
  return in.checkSize(conv.windowsShape());
}

static FailureOr<LayerOutputs> importConvTranspose(LayerImporter &in, const proto::ConvTranspose &op) {
  FailureOr<SpatialWindow> window =
      readWindowSettings(in, {numbersOf(op.kernel()), numbersOf(op.stride()), numbersOf(op.dilation()),
                              numbersOf(op.padding()), numbersOf(op.padding_end()), false});
  if (failed(window))
    return failure();
  SmallVector<int64_t> none(window->rank(), 0);
  FailureOr<SmallVector<int64_t>> more = readNumbers(in, numbersOf(op.output_padding()), "output_padding", 0, none);
  if (failed(more))
    return failure();
  RankedTensorType type = typeOf(in.inputs[0]);
  int64_t inputs = type.getDimSize(1);
  FailureOr<int64_t> outputs = resultChannels(in, op, inputs);
  if (failed(outputs))
    return failure();
  FailureOr<int64_t> groups = readGroups(in, op.groups(), "groups", inputs, *outputs);
  if (failed(groups))
    return failure();
  TransposedConvolution conv{in, *window, *more, type.getDimSize(0), inputs, *outputs, *groups};
  if (failed(checkSizes(conv)))
    return failure();
  // The fans are PyTorch's, which takes the weight for that of a convolution.
  SmallVector<int64_t> shape{inputs, conv.outputs / conv.groups};
  llvm::append_range(shape, window->kernel);
  int64_t fanIn = shape[1] * conv.kernelSize(), fanOut = inputs * conv.kernelSize();
  FailureOr<Value> weight = in.parameter({"weight", type.clone(shape), op.weight_init(), "weight_init", fanIn, fanOut});
  if (failed(weight))
    return failure();
  Value y = conv.sum(conv.windows(channelsLast(in, in.inputs[0]), *weight));
  if (!op.has_bias() || op.bias()) {
    FailureOr<Value> biased = addChannelBias(in, y, op.bias_init(), fanIn, fanOut);
    if (failed(biased))
      return failure();
    y = *biased;
  }
  return LayerOutputs{channelsFirst(in, y)};
}

void gradus::registerConvTransposeLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kConvTranspose, importConvTranspose);
}

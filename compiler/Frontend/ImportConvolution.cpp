//===- ImportConvolution.cpp - Convolutions -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Convolutions are computed with the channels last, so that vectors run along them.
// Groups are a matmul each, of windows by weights. With as many groups as channels, each
// channel has a window of its own, and the products are added up without a matmul.
//
//===----------------------------------------------------------------------===//
#include "compiler/Frontend/ConvolutionChannels.h"
#include "compiler/Frontend/SpatialWindow.h"

using namespace mlir;
using namespace gradus;

namespace {

/// One convolution: what its handler knows.
struct Convolution {
  LayerImporter &in;
  const proto::Conv &op;
  SpatialWindow window;
  int64_t batch, inputs, outputs, groups; // channels

  /// `x` in another shape.
  Value reshape(Value x, ArrayRef<int64_t> shape) const {
    return nn::ReshapeOp::create(in.b, in.loc, typeOf(x).clone(shape), x);
  }
  Value transpose(Value x, ArrayRef<int64_t> perm) const { return nn::TransposeOp::create(in.b, in.loc, x, perm); }
  int64_t kernelSize() const { return llvm::product_of(window.kernel); }
  int64_t positions() const { return llvm::product_of(window.positions()); }
  /// [batch, positions…, channels].
  SmallVector<int64_t> resultShape() const {
    SmallVector<int64_t> shape{batch};
    llvm::append_range(shape, window.positions());
    shape.push_back(outputs);
    return shape;
  }

  /// The result with channels last, of `x` with channels last.
  Value multiply(Value x, Value weight) const {
    if (groups == inputs && outputs == inputs && groups > 1)
      return multiplyChannels(x, weight);
    return groups == 1 ? multiplyAll(x, weight) : multiplyGroups(x, weight);
  }

  /// All channels with all.
  Value multiplyAll(Value x, Value weight) const {
    SmallVector<int64_t> perm{0};
    llvm::append_range(perm, llvm::seq<int64_t>(2, 2 + window.rank()));
    perm.push_back(1);
    return nn::ConvOp::create(in.b, in.loc, x, transpose(weight, perm), window.stride, window.dilation,
                              in.matmulPrecision(typeOf(x).getElementType()));
  }

  /// A matrix per group.
  Value multiplyGroups(Value x, Value weight) const {
    int64_t own = inputs / groups, made = outputs / groups, k = kernelSize() * own, rank = window.rank();
    SmallVector<int64_t> grouped(shapeOf(x).drop_back()), kernel{groups, made, own};
    grouped.append({groups, own});
    llvm::append_range(kernel, window.kernel);
    // [batch, positions…, kernel…, group, channel] to [group, batch, positions…, kernel…, channel]
    Value windows = window.windowsOf(in, reshape(x, grouped), 1 + rank);
    SmallVector<int64_t> perm{1 + 2 * rank};
    llvm::append_range(perm, llvm::seq<int64_t>(0, 1 + 2 * rank));
    perm.push_back(2 + 2 * rank);
    Value rows = reshape(transpose(windows, perm), {groups, batch * positions(), k});
    // [group, made, own, kernel…] to [group, made, kernel…, own]
    SmallVector<int64_t> weightPerm{0, 1};
    llvm::append_range(weightPerm, llvm::seq<int64_t>(3, 3 + rank));
    weightPerm.push_back(2);
    Value matrices = reshape(transpose(reshape(weight, kernel), weightPerm), {groups, made, k});
    Value y =
        nn::MatmulOp::create(in.b, in.loc, rows, matrices, false, true, in.matmulPrecision(typeOf(x).getElementType()));
    y = transpose(reshape(y, {groups, batch * positions(), made}), {1, 0, 2});
    return reshape(y, resultShape());
  }

  /// Each channel by itself: a sum over the elements of its window.
  Value multiplyChannels(Value x, Value weight) const {
    int64_t rank = window.rank();
    SmallVector<int64_t> kernel{outputs}, dims{1 + rank};
    llvm::append_range(kernel, window.kernel);
    llvm::append_range(dims, llvm::seq<int64_t>(2 + rank, 2 + 2 * rank));
    Value windows = window.windowsOf(in, x, 2 + rank);
    Value spread = nn::BroadcastOp::create(in.b, in.loc, windows.getType(), reshape(weight, kernel), dims);
    Value products = nn::MulOp::create(in.b, in.loc, windows, spread);
    return nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Sum, products, ArrayRef(dims).drop_front());
  }
};

} // namespace

static FailureOr<LayerOutputs> importConv(LayerImporter &in, const proto::Conv &op) {
  FailureOr<SpatialWindow> window =
      readWindow(in, {numbersOf(op.kernel()), numbersOf(op.stride()), numbersOf(op.dilation()), numbersOf(op.padding()),
                      numbersOf(op.padding_end()), op.same()});
  if (failed(window))
    return failure();
  RankedTensorType type = typeOf(in.inputs[0]);
  int64_t inputs = type.getDimSize(1);
  FailureOr<int64_t> outputs = resultChannels(in, op, inputs);
  if (failed(outputs))
    return failure();
  if (op.depthwise() && op.groups() != 0)
    return in.error(in.op.at("groups"), ErrorCode::Setting, "depthwise says how many groups there are",
                    "leave one of them out");
  FailureOr<int64_t> groups = op.depthwise() ? readGroups(in, inputs, "depthwise", inputs, *outputs)
                                             : readGroups(in, op.groups(), "groups", inputs, *outputs);
  if (failed(groups))
    return failure();
  Convolution conv{in, op, *window, type.getDimSize(0), inputs, *outputs, *groups};
  if (failed(in.checkSize(conv.resultShape())))
    return failure();
  int64_t own = inputs / conv.groups, fanIn = own * conv.kernelSize();
  int64_t fanOut = conv.outputs / conv.groups * conv.kernelSize();
  SmallVector<int64_t> shape{conv.outputs, own};
  llvm::append_range(shape, window->kernel);
  FailureOr<Value> weight = in.parameter({"weight", type.clone(shape), op.weight_init(), "weight_init", fanIn, fanOut});
  if (failed(weight))
    return failure();
  Value x = window->pad(in, channelsLast(in, in.inputs[0]), 0);
  SmallVector<int64_t> patches(conv.resultShape());
  patches.back() = inputs * conv.kernelSize();
  if (failed(in.checkSize(shapeOf(x))) || failed(in.checkSize(patches)))
    return failure();
  Value y = conv.multiply(x, *weight);
  if (!op.has_bias() || op.bias()) {
    FailureOr<Value> biased = addChannelBias(in, y, op.bias_init(), fanIn, fanOut);
    if (failed(biased))
      return failure();
    y = *biased;
  }
  return LayerOutputs{channelsFirst(in, y)};
}

void gradus::registerConvolutionLayers(LayerRegistry &layers) { layers.add(proto::Layer::kConv, importConv); }

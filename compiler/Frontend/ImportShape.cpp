//===- ImportShape.cpp - Layers that rearrange values ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/AlongDimension.h"

using namespace mlir;
using namespace gradus;

/// Fails, after an error, if the input is a scalar.
static LogicalResult checkSamples(LayerImporter &in) {
  if (typeOf(in.inputs[0]).getRank() > 0)
    return success();
  return in.error(in.node.position(), ErrorCode::InputType,
                  "needs a first dimension, which " + in.describe(in.inputs[0]) + " does not have",
                  "reduce with keep_dims: true keeps dimensions");
}

static FailureOr<LayerOutputs> importReshape(LayerImporter &in, const proto::Reshape &op) {
  if (failed(in.checkInputCount(1)) || failed(checkSamples(in)))
    return failure();
  RankedTensorType type = typeOf(in.inputs[0]);
  SmallVector<int64_t> shape{type.getDimSize(0)};
  std::optional<size_t> inferred; // the dimension whose size is -1
  int64_t known = shape[0];
  for (int i = 0; i < op.shape_size(); ++i) {
    int64_t size = op.shape(i);
    if (size == -1 && !inferred)
      inferred = shape.size();
    else if (size < 1 || llvm::MulOverflow(known, size, known))
      return in.error(in.op.at("shape", i), ErrorCode::Setting,
                      "size " + Twine(size) + " is invalid: " +
                          (size == -1 ? "another size is -1"
                           : size < 1 ? "it is not positive"
                                      : "it is too large"),
                      "sizes are at least 1; one may be -1");
    shape.push_back(size);
  }
  int64_t count = type.getNumElements();
  if (inferred ? count % known != 0 : count != known)
    return in.error(in.op.at("shape"), ErrorCode::InputType,
                    in.describe(in.inputs[0]) + " does not have as many elements as the new shape",
                    "leave out the batch dimension; one size may be -1");
  if (inferred)
    shape[*inferred] = count / known;
  return LayerOutputs{nn::ReshapeOp::create(in.b, in.loc, type.clone(shape), in.inputs[0])};
}

static FailureOr<LayerOutputs> importFlatten(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(1)) || failed(checkSamples(in)))
    return failure();
  RankedTensorType type = typeOf(in.inputs[0]);
  int64_t first = type.getDimSize(0);
  return LayerOutputs{
      nn::ReshapeOp::create(in.b, in.loc, type.clone({first, type.getNumElements() / first}), in.inputs[0])};
}

static FailureOr<LayerOutputs> importTranspose(LayerImporter &in, const proto::Transpose &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  int64_t rank = typeOf(in.inputs[0]).getRank();
  SmallVector<int64_t> perm(op.perm().begin(), op.perm().end());
  SmallVector<int64_t> sorted(perm);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, rank)))
    return in.error(in.op.at("perm"), ErrorCode::Setting,
                    "perm must name each of the " + Twine(rank) + " dimensions once", "for example perm: [0, 2, 1]");
  return LayerOutputs{nn::TransposeOp::create(in.b, in.loc, in.inputs[0], perm)};
}

static FailureOr<LayerOutputs> importSlice(LayerImporter &in, const proto::Slice &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  RankedTensorType type = typeOf(in.inputs[0]);
  SmallVector<int64_t> start(type.getRank(), 0), limit(type.getShape()), stride(type.getRank(), 1);
  int count = op.start_size();
  if (count == 0 || op.limit_size() != count || op.axis_size() != count ||
      (op.stride_size() && op.stride_size() != count))
    return in.error(in.op.position(), ErrorCode::Setting, "slice needs as many start, limit and axis (and stride)",
                    "for example slice { axis: 1 start: 0 limit: 4 }");
  FailureOr<SmallVector<int64_t>> dims = in.distinctDimensions(op.axis());
  if (failed(dims))
    return failure();
  for (auto [index, dim] : llvm::enumerate(*dims)) {
    int i = static_cast<int>(index);
    int64_t size = type.getDimSize(dim);
    int64_t from = op.start(i) + (op.start(i) < 0 ? size : 0);
    int64_t to = op.limit(i) + (op.limit(i) < 0 ? size : 0);
    int64_t by = op.stride_size() ? op.stride(i) : 1;
    if (from < 0 || from >= to || to > size || by < 1)
      return in.error(in.op.at("limit", i), ErrorCode::Setting,
                      "slice " + Twine(op.start(i)) + " to " + Twine(op.limit(i)) + " does not fit size " + Twine(size),
                      "0 <= start < limit <= size, stride >= 1");
    start[dim] = from;
    limit[dim] = to;
    stride[dim] = std::min(by, to - from); // a longer one takes the first element, too
  }
  return LayerOutputs{nn::SliceOp::create(in.b, in.loc, in.inputs[0], start, limit, stride)};
}

static FailureOr<LayerOutputs> importConcat(LayerImporter &in, const proto::Axis &axis) {
  if (failed(in.checkMinInputCount(2)))
    return failure();
  FailureOr<int64_t> dim = in.dimension(axis);
  if (failed(dim))
    return failure();
  RankedTensorType first = typeOf(in.inputs[0]);
  for (auto [i, v] : llvm::enumerate(in.inputs)) {
    RankedTensorType type = typeOf(v);
    bool fits = type.getElementType() == first.getElementType() && type.getRank() == first.getRank();
    for (int64_t d = 0; fits && d < first.getRank(); ++d)
      fits = d == *dim || type.getDimSize(d) == first.getDimSize(d);
    if (!fits)
      return in.error(in.node.at("input", static_cast<int>(i)), ErrorCode::InputType,
                      "cannot join " + in.describe(v) + " to " + in.describe(in.inputs[0]) + " along axis " +
                          Twine(*dim),
                      "all other dimensions must be equal");
  }
  return LayerOutputs{nn::ConcatOp::create(in.b, in.loc, in.inputs, *dim)};
}

static FailureOr<LayerOutputs> importFlip(LayerImporter &in, const proto::Axes &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  FailureOr<SmallVector<int64_t>> dims = in.dimensions(op.axis());
  if (failed(dims))
    return failure();
  return LayerOutputs{nn::ReverseOp::create(in.b, in.loc, in.inputs[0], *dims)};
}

static FailureOr<LayerOutputs> importRoll(LayerImporter &in, const proto::Roll &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  if (op.shift_size() == 0 || op.axis_size() != op.shift_size())
    return in.error(in.op.position(), ErrorCode::Setting, "roll needs a shift for each axis",
                    "for example roll { axis: 1 shift: -2 }");
  Value x = in.inputs[0];
  SmallVector<int64_t> shifts(rankOf(x), 0); // of each dimension; an axis may come twice
  for (int i = 0; i < op.axis_size(); ++i) {
    FailureOr<int64_t> dim = in.dimension(op.axis(i), in.op.at("axis", i));
    if (failed(dim))
      return failure();
    shifts[*dim] = (shifts[*dim] + op.shift(i) % shapeOf(x)[*dim]) % shapeOf(x)[*dim];
  }
  for (auto [i, shift] : llvm::enumerate(shifts)) {
    if (shift == 0)
      continue;
    auto dim = static_cast<int64_t>(i);
    int64_t size = shapeOf(x)[dim], first = shift < 0 ? -shift : size - shift;
    x = nn::ConcatOp::create(in.b, in.loc, {sliceAlong(in, x, dim, first, size), sliceAlong(in, x, dim, 0, first)},
                             dim);
  }
  return LayerOutputs{x};
}

/// Each size becomes two, the repetitions before it; broadcast and joined again.
static FailureOr<LayerOutputs> importTile(LayerImporter &in, const proto::Tile &op) {
  if (failed(in.checkInputCount(1)) || failed(checkSamples(in)))
    return failure();
  RankedTensorType type = typeOf(in.inputs[0]);
  if (op.repeat_size() != type.getRank() - 1)
    return in.error(in.op.at("repeat"), ErrorCode::Setting,
                    "repeat needs a number for each of the " + Twine(type.getRank() - 1) +
                        " dimensions of a sample of " + in.describe(in.inputs[0]),
                    "1 leaves a dimension as it is");
  SmallVector<int64_t> wide{type.getDimSize(0)}, shape{type.getDimSize(0)}, dims{0};
  for (auto [i, count] : llvm::enumerate(op.repeat())) {
    int64_t size = type.getDimSize(static_cast<int64_t>(i) + 1);
    if (count < 1 || count > kMaxSetting)
      return in.error(in.op.at("repeat", static_cast<int>(i)), ErrorCode::Setting,
                      "repeat must be between 1 and " + Twine(kMaxSetting), "1 leaves a dimension as it is");
    wide.append({count, size});
    dims.push_back(2 * static_cast<int64_t>(i) + 2);
  }
  if (failed(in.checkSize(wide)))
    return failure();
  for (size_t i = 1; i < wide.size(); i += 2)
    shape.push_back(wide[i] * wide[i + 1]);
  Value repeated = nn::BroadcastOp::create(in.b, in.loc, type.clone(wide), in.inputs[0], dims);
  return LayerOutputs{nn::ReshapeOp::create(in.b, in.loc, type.clone(shape), repeated)};
}

/// Moves blocks of factor^n positions, n spatial dimensions, from the channels to the spatial
/// dimensions, or back. The channels of a block are in the order of its positions, as in PyTorch.
static FailureOr<LayerOutputs> importPixelShuffle(LayerImporter &in, const proto::PixelShuffle &op) {
  if (failed(in.checkInputCount(1)))
    return failure();
  Value x = in.inputs[0];
  RankedTensorType type = typeOf(x);
  bool unshuffles = in.layer.op_case() == proto::Layer::kPixelUnshuffle;
  int64_t rank = type.getRank(), spatial = rank - 2, factor = op.factor(), block = 1;
  if (spatial < 1)
    return in.error(in.node.position(), ErrorCode::InputType, "needs spatial dimensions, not " + in.describe(x),
                    "give it f32[batch,channels,height,width], for example");
  if (factor < 1 || factor > kMaxSetting)
    return in.error(in.op.at("factor"), ErrorCode::Setting, "factor must be between 1 and " + Twine(kMaxSetting),
                    "for example factor: 2");
  bool divides = true;
  for (int64_t dim = 0; dim < spatial && divides; ++dim) {
    divides = !llvm::MulOverflow(block, factor, block) && (!unshuffles || type.getDimSize(2 + dim) % factor == 0);
  }
  divides &= unshuffles || type.getDimSize(1) % block == 0;
  if (!divides)
    return in.error(in.op.at("factor"), ErrorCode::Setting,
                    "blocks of " + Twine(factor) + " do not divide the " + (unshuffles ? "sizes" : "channels") +
                        " of " + in.describe(x),
                    unshuffles ? "each size must be a multiple of the factor"
                               : "channels must be a multiple of factor^" + Twine(spatial));
  // Shuffled: [n, c, h, r, w, r]; not: [n, c, r, r, h, w].
  int64_t channels = unshuffles ? type.getDimSize(1) : type.getDimSize(1) / block;
  SmallVector<int64_t> blocked{type.getDimSize(0), channels}, perm{0, 1}, shape{type.getDimSize(0)};
  shape.push_back(unshuffles ? channels * block : channels);
  for (int64_t dim = 0; dim < spatial; ++dim)
    shape.push_back(unshuffles ? type.getDimSize(2 + dim) / factor : type.getDimSize(2 + dim) * factor);
  if (unshuffles) {
    for (int64_t dim = 0; dim < spatial; ++dim)
      blocked.append({type.getDimSize(2 + dim) / factor, factor});
    for (int64_t dim = 0; dim < spatial; ++dim)
      perm.push_back(3 + 2 * dim);
    for (int64_t dim = 0; dim < spatial; ++dim)
      perm.push_back(2 + 2 * dim);
  } else {
    blocked.append(spatial, factor);
    llvm::append_range(blocked, type.getShape().drop_front(2));
    for (int64_t dim = 0; dim < spatial; ++dim)
      perm.append({2 + spatial + dim, 2 + dim});
  }
  if (failed(in.checkSize(shape)))
    return failure();
  x = nn::ReshapeOp::create(in.b, in.loc, type.clone(blocked), x);
  x = nn::TransposeOp::create(in.b, in.loc, x, perm);
  return LayerOutputs{nn::ReshapeOp::create(in.b, in.loc, type.clone(shape), x)};
}

void gradus::registerShapeLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kConcat, importConcat);
  layers.add(proto::Layer::kFlip, importFlip);
  layers.add(proto::Layer::kPixelShuffle, importPixelShuffle);
  layers.add(proto::Layer::kPixelUnshuffle, importPixelShuffle);
  layers.add(proto::Layer::kRoll, importRoll);
  layers.add(proto::Layer::kTile, importTile);
  layers.add(proto::Layer::kFlatten, importFlatten);
  layers.add(proto::Layer::kReshape, importReshape);
  layers.add(proto::Layer::kSlice, importSlice);
  layers.add(proto::Layer::kTranspose, importTranspose);
}

//===- ImportShape.cpp - Layers that rearrange values ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"

using namespace mlir;
using namespace gradus;

static FailureOr<LayerOutputs> importReshape(LayerImporter &in, const proto::Reshape &op) {
  if (failed(in.checkInputCount(1)))
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
  if (failed(in.checkInputCount(1)))
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
  SmallVector<int64_t> seen;
  int count = op.start_size();
  if (count == 0 || op.limit_size() != count || op.axis_size() != count ||
      (op.stride_size() && op.stride_size() != count))
    return in.error(in.op.position(), ErrorCode::Setting, "slice needs as many start, limit and axis (and stride)",
                    "for example slice { axis: 1 start: 0 limit: 4 }");
  for (int i = 0; i < count; ++i) {
    FailureOr<int64_t> dim = in.dimension(op.axis(i), in.op.at("axis", i));
    if (failed(dim))
      return failure();
    if (llvm::is_contained(seen, *dim))
      return in.error(in.op.at("axis", i), ErrorCode::Setting, "axis " + Twine(*dim) + " is sliced twice",
                      "once is enough");
    seen.push_back(*dim);
    int64_t size = type.getDimSize(*dim);
    int64_t from = op.start(i) + (op.start(i) < 0 ? size : 0);
    int64_t to = op.limit(i) + (op.limit(i) < 0 ? size : 0);
    int64_t by = op.stride_size() ? op.stride(i) : 1;
    if (from < 0 || from >= to || to > size || by < 1)
      return in.error(in.op.at("limit", i), ErrorCode::Setting,
                      "slice " + Twine(op.start(i)) + " to " + Twine(op.limit(i)) + " does not fit size " + Twine(size),
                      "0 <= start < limit <= size, stride >= 1");
    start[*dim] = from;
    limit[*dim] = to;
    stride[*dim] = std::min(by, to - from); // a longer one takes the first element, too
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

void gradus::registerShapeLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kConcat, importConcat);
  layers.add(proto::Layer::kFlatten, importFlatten);
  layers.add(proto::Layer::kReshape, importReshape);
  layers.add(proto::Layer::kSlice, importSlice);
  layers.add(proto::Layer::kTranspose, importTranspose);
}

//===- ImportShapes.cpp - Layers that shape and move data -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace gradus;

FailureOr<Value> Importer::reshape(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  auto type = typeOf(c.inputs[0]);
  SourceNode node = c.node.nested("reshape");
  SmallVector<int64_t> shape{type.getDimSize(0)};
  int64_t unknown = -1, known = shape[0];
  for (int i = 0; i < c.layer.reshape().shape_size(); ++i) {
    int64_t size = c.layer.reshape().shape(i);
    if (size == -1 && unknown < 0)
      unknown = shape.size();
    else if (size < 1 || llvm::MulOverflow(known, size, known))
      return diagnostics.error(node.at("shape", i), "G204", "size " + Twine(size) + " makes no sense",
                               "sizes are at least 1; one may be -1");
    shape.push_back(size);
  }
  if (unknown >= 0 && type.getNumElements() % known == 0)
    shape[unknown] = type.getNumElements() / known;
  else if (unknown >= 0 || known != type.getNumElements())
    return diagnostics.error(node.at("shape"), "G202",
                             describe(c.inputs[0]) + " does not have as many elements as the new shape",
                             "leave out the batch dimension; one size may be -1");
  return Value(nn::ReshapeOp::create(b, c.loc, type.clone(shape), c.inputs[0]));
}

FailureOr<Value> Importer::flatten(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  auto type = typeOf(c.inputs[0]);
  int64_t first = type.getDimSize(0);
  return Value(nn::ReshapeOp::create(b, c.loc, type.clone({first, type.getNumElements() / first}), c.inputs[0]));
}

FailureOr<Value> Importer::transpose(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  auto type = typeOf(c.inputs[0]);
  SmallVector<int64_t> perm(c.layer.transpose().perm().begin(), c.layer.transpose().perm().end());
  SmallVector<int64_t> sorted(perm);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, type.getRank())))
    return diagnostics.error(c.node.nested("transpose").at("perm"), "G204",
                             "perm must name each of the " + Twine(type.getRank()) + " dimensions once",
                             "for example perm: [0, 2, 1]");
  return Value(nn::TransposeOp::create(b, c.loc, c.inputs[0], perm));
}

FailureOr<Value> Importer::slice(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  auto type = typeOf(c.inputs[0]);
  const proto::Slice &o = c.layer.slice();
  SourceNode node = c.node.nested("slice");
  SmallVector<int64_t> start(type.getRank(), 0), limit(type.getShape()), stride(type.getRank(), 1);
  SmallVector<int64_t> seen;
  int n = o.start_size();
  if (n == 0 || o.limit_size() != n || o.axis_size() != n || (o.stride_size() && o.stride_size() != n))
    return diagnostics.error(node.position(), "G204", "slice needs as many start, limit and axis (and stride)",
                             "for example slice { axis: 1 start: 0 limit: 4 }");
  for (int i = 0; i < n; ++i) {
    FailureOr<int64_t> dim = axisOf(c, true, o.axis(i), type.getRank(), node.at("axis", i));
    if (failed(dim))
      return failure();
    if (llvm::count(seen, *dim))
      return diagnostics.error(node.at("axis", i), "G204", "axis " + Twine(*dim) + " is sliced twice",
                               "once is enough");
    seen.push_back(*dim);
    int64_t size = type.getDimSize(*dim), from = o.start(i), to = o.limit(i), by = o.stride_size() ? o.stride(i) : 1;
    from += from < 0 ? size : 0;
    to += to < 0 ? size : 0;
    if (from < 0 || from >= to || to > size || by < 1 || by > size)
      return diagnostics.error(node.at("limit", i), "G204",
                               "slice " + Twine(o.start(i)) + " to " + Twine(o.limit(i)) + " does not fit size " +
                                   Twine(size),
                               "0 <= start < limit <= size, stride >= 1");
    start[*dim] = from, limit[*dim] = to, stride[*dim] = by;
  }
  return Value(nn::SliceOp::create(b, c.loc, c.inputs[0], start, limit, stride));
}

FailureOr<Value> Importer::concat(LayerContext &c) {
  if (failed(checkInputs(c, 2, 1000)))
    return failure();
  auto first = typeOf(c.inputs[0]);
  const proto::Axis &o = c.layer.concat();
  FailureOr<int64_t> dim = axisOf(c, o.has_axis(), o.axis(), first.getRank(), c.node.nested("concat").at("axis"));
  if (failed(dim))
    return failure();
  for (auto [i, v] : llvm::enumerate(c.inputs)) {
    auto type = typeOf(v);
    bool fits = type.getElementType() == first.getElementType() && type.getRank() == first.getRank();
    for (int64_t d = 0; fits && d < first.getRank(); ++d)
      fits = d == *dim || type.getDimSize(d) == first.getDimSize(d);
    if (!fits)
      return diagnostics.error(c.node.at("input", i), "G202",
                               "cannot join " + Twine(describe(v)) + " to " + describe(c.inputs[0]) + " along axis " +
                                   Twine(*dim),
                               "all other dimensions must be equal");
  }
  return Value(nn::ConcatOp::create(b, c.loc, c.inputs, *dim));
}

FailureOr<Value> Importer::gather(LayerContext &c) {
  if (failed(checkInputs(c, 2, 2)))
    return failure();
  if (typeOf(c.inputs[0]).getRank() < 1 || isFloat(c.inputs[1]))
    return diagnostics.error(c.node.at("input"), "G202",
                             "gather takes a table and integer indices, not " + Twine(describe(c.inputs[0])) + " and " +
                                 describe(c.inputs[1]),
                             "input: [\"table\", \"indices\"]");
  return Value(nn::GatherOp::create(b, c.loc, c.inputs[0], c.inputs[1]));
}

FailureOr<Value> Importer::embedding(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  const proto::Embedding &o = c.layer.embedding();
  SourceNode node = c.node.nested("embedding");
  if (o.rows() < 1 || o.units() < 1)
    return diagnostics.error(node.position(), "G204", "rows and units must be at least 1",
                             "for example embedding { rows: 256 units: 64 }");
  if (isFloat(c.inputs[0]))
    return diagnostics.error(c.node.position(), "G202",
                             "embedding needs integer indices, not " + Twine(describe(c.inputs[0])), "cast them");
  proto::Init init = o.weight_init();
  if (init.kind_case() == proto::Init::KIND_NOT_SET)
    init.mutable_normal(); // N(0, 1), as in PyTorch
  FailureOr<Value> table =
      readParameter(c, "weight", {o.rows(), o.units()}, b.getF32Type(), init, o.units(), o.rows(), node.position());
  if (failed(table))
    return failure();
  return Value(nn::GatherOp::create(b, c.loc, *table, c.inputs[0]));
}

FailureOr<Value> Importer::oneHot(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  int64_t depth = c.layer.one_hot().depth();
  if (depth < 1 || isFloat(c.inputs[0]))
    return diagnostics.error(c.node.position(), "G204",
                             "one_hot needs depth >= 1 and integer indices, not " + Twine(describe(c.inputs[0])),
                             "for example one_hot { depth: 10 }");
  SmallVector<int64_t> shape(typeOf(c.inputs[0]).getShape());
  shape.push_back(depth);
  if (failed(checkSize(shape, c.node.position())))
    return failure();
  return Value(nn::OneHotOp::create(b, c.loc, RankedTensorType::get(shape, b.getF32Type()), c.inputs[0]));
}

FailureOr<Value> Importer::parameter(LayerContext &c) {
  if (failed(checkInputs(c, 0, 0)))
    return failure();
  const proto::Parameter &o = c.layer.parameter();
  SourceNode node = c.node.nested("parameter");
  Type element;
  SmallVector<int64_t> shape;
  if (failed(parseTypeString(o.type(), node.at("type"), diagnostics, dims, context, element, shape)))
    return failure();
  if (llvm::is_contained(shape, -1))
    return diagnostics.error(node.at("type"), "G102", "a parameter has no batch dimension", "give it sizes");
  int64_t fanIn = shape.empty() ? 1 : shape.back();
  return readParameter(c, "", shape, element, o.init(), fanIn, shape.empty() ? 1 : shape.front(), node.at("type"));
}

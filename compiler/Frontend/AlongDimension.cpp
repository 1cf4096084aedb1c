//===- AlongDimension.cpp - Elements along one dimension of a tensor ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/AlongDimension.h"

using namespace mlir;
using namespace gradus;

Value gradus::sliceAlong(LayerImporter &in, Value x, int64_t dim, int64_t from, int64_t to) {
  SmallVector<int64_t> start(rankOf(x), 0), limit(shapeOf(x)), stride(rankOf(x), 1);
  start[dim] = from;
  limit[dim] = to;
  return nn::SliceOp::create(in.b, in.loc, x, start, limit, stride);
}

Value gradus::shiftAlong(LayerImporter &in, Value x, int64_t dim, int64_t count) {
  int64_t size = shapeOf(x)[dim];
  SmallVector<int64_t> low(rankOf(x), 0), stride(rankOf(x), 1), shape(shapeOf(x));
  low[dim] = std::max<int64_t>(count, 0);
  Value kept = count < 0 ? sliceAlong(in, x, dim, -count, size) : sliceAlong(in, x, dim, 0, size - count);
  return nn::PadOp::create(in.b, in.loc, kept, low, stride, shape, APFloat(0.0));
}

Value gradus::gatherAlong(LayerImporter &in, Value x, int64_t dim, Value indices) {
  SmallVector<int64_t> rows{dim};
  for (int64_t d = 0; d < rankOf(x); ++d)
    if (d != dim)
      rows.push_back(d);
  Value table = nn::TransposeOp::create(in.b, in.loc, x, rows);
  Value gathered = nn::GatherOp::create(in.b, in.loc, table, indices);
  // Its dimensions are those of `indices`, and then those of `x` but for `dim`.
  int64_t count = rankOf(indices);
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, count));
  SmallVector<int64_t> before = llvm::to_vector(llvm::seq<int64_t>(count, count + dim));
  perm.insert(perm.begin(), before.begin(), before.end());
  llvm::append_range(perm, llvm::seq<int64_t>(count + dim, rankOf(gathered)));
  return nn::TransposeOp::create(in.b, in.loc, gathered, perm);
}

Value gradus::indexTable(LayerImporter &in, ArrayRef<int64_t> shape, ArrayRef<int32_t> numbers) {
  auto type = RankedTensorType::get(shape, in.b.getI32Type());
  return nn::ConstantOp::create(in.b, in.loc, type, DenseElementsAttr::get(type, numbers));
}

Value gradus::numbersAlong(LayerImporter &in, Value like, int64_t dim, ArrayRef<double> numbers) {
  Type element = typeOf(like).getElementType();
  SmallVector<Attribute> attrs;
  for (double number : numbers)
    attrs.push_back(in.b.getFloatAttr(element, number));
  auto type = RankedTensorType::get({static_cast<int64_t>(numbers.size())}, element);
  Value table = nn::ConstantOp::create(in.b, in.loc, type, DenseElementsAttr::get(type, attrs));
  return nn::BroadcastOp::create(in.b, in.loc, typeOf(like), table, dim);
}

//===- Tensor.cpp - A tensor of the reference evaluator -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/Tensor.h"

using namespace mlir;
using namespace gradus::reference;

int64_t Tensor::linear(ArrayRef<int64_t> index) const {
  int64_t position = 0;
  for (auto [i, size] : llvm::zip_equal(index, shape()))
    position = position * size + i;
  return position;
}

Tensor Tensor::fromAttr(ElementsAttr attr) {
  Tensor result(cast<RankedTensorType>(attr.getType()));
  if (isa<FloatType>(result.type.getElementType())) {
    for (auto [i, v] : llvm::enumerate(attr.getValues<APFloat>()))
      result.data[i] = v.convertToDouble();
  } else {
    bool isBool = result.type.getElementType().isInteger(1);
    for (auto [i, v] : llvm::enumerate(attr.getValues<APInt>()))
      result.data[i] = isBool ? double(v.getZExtValue()) : double(v.getSExtValue());
  }
  return result;
}

void gradus::reference::forEachIndex(ArrayRef<int64_t> shape, function_ref<void(ArrayRef<int64_t>)> body) {
  for (int64_t size : shape)
    if (size == 0)
      return;
  SmallVector<int64_t> index(shape.size(), 0);
  while (true) {
    body(index);
    int64_t dim = shape.size() - 1;
    while (dim >= 0 && ++index[dim] == shape[dim])
      index[dim--] = 0;
    if (dim < 0)
      return;
  }
}

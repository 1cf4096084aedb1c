//===- Tensor.cpp - A tensor of the reference evaluator -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/Tensor.h"

using namespace mlir;
using namespace gradus::reference;

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

SmallVector<int64_t> gradus::reference::stridesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (int64_t dim = shape.size() - 1; dim >= 0; --dim) {
    strides[dim] = stride;
    stride *= shape[dim];
  }
  return strides;
}

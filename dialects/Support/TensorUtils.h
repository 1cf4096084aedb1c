//===- TensorUtils.h - Types, shapes and sizes of tensors -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_SUPPORT_TENSORUTILS_H
#define GRADUS_DIALECTS_SUPPORT_TENSORUTILS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/IR/Value.h"

namespace gradus {

/// The type of `value`, which must be a ranked tensor.
inline mlir::RankedTensorType typeOf(mlir::Value value) { return mlir::cast<mlir::RankedTensorType>(value.getType()); }

/// The sizes of the dimensions of `value`, which must be a ranked tensor. The
/// context owns the array.
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return typeOf(value).getShape(); }

/// The number of dimensions of `value`, which must be a ranked tensor.
inline int64_t rankOf(mlir::Value value) { return typeOf(value).getRank(); }

/// True if `value` is a floating-point scalar, or a tensor, vector or memref of them.
inline bool isFloat(mlir::Value value) {
  return mlir::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(value.getType()));
}

/// The bytes that the elements of `type` take in memory: a number, or a tensor,
/// vector or memref of static shape. Elements take whole bytes.
inline int64_t byteSize(mlir::Type type) {
  auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
  int64_t bits = mlir::getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  return (shaped ? shaped.getNumElements() : 1) * ((bits + 7) / 8);
}

} // namespace gradus

#endif

//===- TensorUtils.h - Types, shapes and sizes of tensors -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_SUPPORT_TENSORUTILS_H
#define GRADUS_DIALECTS_SUPPORT_TENSORUTILS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/IR/Value.h"
#include "llvm/Support/CheckedArithmetic.h"
#include <optional>

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

/// The same for any type, for verifiers: nothing if the elements are not numbers,
/// a size is not known, or the bytes do not fit into an int64_t.
inline std::optional<int64_t> checkedByteSize(mlir::Type type) {
  mlir::Type element = mlir::getElementTypeOrSelf(type);
  if (!element.isIntOrFloat())
    return std::nullopt;
  std::optional<int64_t> bytes = (static_cast<int64_t>(element.getIntOrFloatBitWidth()) + 7) / 8;
  if (auto shaped = mlir::dyn_cast<mlir::ShapedType>(type)) {
    if (!shaped.hasStaticShape())
      return std::nullopt;
    for (int64_t size : shaped.getShape())
      bytes = bytes ? llvm::checkedMul(*bytes, size) : bytes;
  }
  return bytes;
}

} // namespace gradus

#endif

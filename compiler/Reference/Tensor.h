//===- Tensor.h - A tensor of the reference evaluator ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_REFERENCE_TENSOR_H
#define GRADUS_COMPILER_REFERENCE_TENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include <vector>

namespace gradus::reference {

/// A dense row-major tensor. Every element is held as a double, whatever the
/// type says: exact for i1, i32 and all i64 up to 2^53. f32 tensors are *not*
/// rounded, so that the evaluator is an oracle more precise than what it judges.
struct Tensor {
  mlir::RankedTensorType type;
  std::vector<double> data;

  Tensor() = default;
  /// A tensor of zeros.
  explicit Tensor(mlir::RankedTensorType type) : type(type), data(type.getNumElements()) {}

  llvm::ArrayRef<int64_t> shape() const { return type.getShape(); }
  int64_t rank() const { return type.getRank(); }
  int64_t size() const { return data.size(); }

  /// Row-major position of an index.
  int64_t linear(llvm::ArrayRef<int64_t> index) const;
  double &at(llvm::ArrayRef<int64_t> index) { return data[linear(index)]; }
  double at(llvm::ArrayRef<int64_t> index) const { return data[linear(index)]; }

  /// The contents of a constant attribute.
  static Tensor fromAttr(mlir::ElementsAttr attr);
};

/// Calls `body` with every index of `shape`, in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(llvm::ArrayRef<int64_t>)> body);

} // namespace gradus::reference

#endif

//===- Tensor.h - A tensor of the reference evaluator ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_REFERENCE_TENSOR_H
#define GRADUS_COMPILER_REFERENCE_TENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/iterator.h"
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

  /// The sizes of the dimensions.
  llvm::ArrayRef<int64_t> shape() const { return type.getShape(); }
  /// The number of dimensions.
  int64_t rank() const { return type.getRank(); }
  /// The number of elements.
  int64_t size() const { return data.size(); }

  /// The row-major number of the element at `index`, one entry per dimension.
  int64_t linear(llvm::ArrayRef<int64_t> index) const;
  /// The element at an index.
  double &at(llvm::ArrayRef<int64_t> index) { return data[linear(index)]; }
  /// The element at an index.
  double at(llvm::ArrayRef<int64_t> index) const { return data[linear(index)]; }

  /// The contents of a constant of a ranked tensor type; i1 becomes 0 or 1.
  static Tensor fromAttr(mlir::ElementsAttr attr);
};

/// The operands of an op under evaluation, by reference.
class Inputs {
public:
  Inputs(llvm::ArrayRef<const Tensor *> tensors) : tensors(tensors) {}
  const Tensor &operator[](size_t i) const { return *tensors[i]; }
  size_t size() const { return tensors.size(); }
  auto begin() const { return llvm::pointee_iterator<const Tensor *const *>(tensors.begin()); }
  auto end() const { return llvm::pointee_iterator<const Tensor *const *>(tensors.end()); }

private:
  llvm::ArrayRef<const Tensor *> tensors;
};

/// Calls `body` with every index of `shape`, in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(llvm::ArrayRef<int64_t>)> body);

} // namespace gradus::reference

#endif

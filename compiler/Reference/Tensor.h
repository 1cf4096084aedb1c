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

/// What an index of `shape` is multiplied with to give the row-major number of its element.
llvm::SmallVector<int64_t> stridesOf(llvm::ArrayRef<int64_t> shape);

/// Calls `body(i, k)` for every element of `shape`: `i` counts them in row-major
/// order, and `k` is the sum of the index times `strides`, which have one entry per
/// dimension: where the element is in another tensor.
template <typename Body>
void forEachElement(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides, Body body) {
  int64_t rank = shape.size(), count = 1;
  for (int64_t size : shape)
    count *= size;
  int64_t row = rank ? shape.back() : 1, step = rank ? strides.back() : 0;
  llvm::SmallVector<int64_t> index(rank);
  for (int64_t i = 0, k = 0; i < count;) {
    for (int64_t j = 0; j < row; ++j)
      body(i++, k + j * step);
    for (int64_t dim = rank - 2; dim >= 0; --dim) { // to the next row, with carries
      k += strides[dim];
      if (++index[dim] < shape[dim])
        break;
      k -= index[dim] * strides[dim];
      index[dim] = 0;
    }
  }
}

} // namespace gradus::reference

#endif

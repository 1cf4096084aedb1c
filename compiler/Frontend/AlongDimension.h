//===- AlongDimension.h - Elements along one dimension of a tensor --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_ALONGDIMENSION_H
#define GRADUS_COMPILER_FRONTEND_ALONGDIMENSION_H

#include "compiler/Frontend/LayerImporter.h"

namespace gradus {

/// The elements `from` to `to` (exclusive) of `x` along `dim`.
mlir::Value sliceAlong(LayerImporter &in, mlir::Value x, int64_t dim, int64_t from, int64_t to);

/// `x` moved by `count` elements along `dim`, to the end, or to the beginning if `count` is negative. Zeros come in;
/// `count` is less than the size.
mlir::Value shiftAlong(LayerImporter &in, mlir::Value x, int64_t dim, int64_t count);

/// The elements of `x` along `dim` that `indices`, a tensor of integers within its size, names: the dimensions of
/// `indices` take the place of `dim`.
mlir::Value gatherAlong(LayerImporter &in, mlir::Value x, int64_t dim, mlir::Value indices);

/// A constant tensor of i32, of a shape with as many elements as there are numbers.
mlir::Value indexTable(LayerImporter &in, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int32_t> numbers);

/// `numbers`, one for each element of `like` along `dim`, as a tensor of its type.
mlir::Value numbersAlong(LayerImporter &in, mlir::Value like, int64_t dim, llvm::ArrayRef<double> numbers);

/// The most elements along a dimension that tables are made for.
inline constexpr int64_t kMaxTable = 1 << 20;

} // namespace gradus

#endif

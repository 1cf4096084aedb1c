//===- KernelShape.h - What every target asks of a kernel's body ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_BODY_KERNELSHAPE_H
#define GRADUS_COMPILER_CODEGEN_BODY_KERNELSHAPE_H

#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/STLExtras.h"

namespace gradus {

/// The types of the buffers of a kernel's arguments, then of its results: memrefs
/// of their shapes. With `flat`, all but scalars are one-dimensional.
llvm::SmallVector<mlir::Type> bufferTypes(rt::KernelOp kernel, bool flat);

/// Fails, with an error, if an argument or a result is of a type that cannot be
/// stored: i1 nowhere, bf16 on a GPU only.
llvm::LogicalResult verifyStorable(rt::KernelOp kernel, bool onGPU);

/// Fails, after an error, if the body is none that emitters of the kernel's kind
/// read: it has no result; or, of a kind other than generic, it holds other ops than
/// linalg on tensors; or the reduction of a row, column or matmul kernel is missing.
/// What FormKernels makes always passes; IR that was written by hand may not.
llvm::LogicalResult verifyBody(rt::KernelOp kernel);

/// True if an elementwise kernel can run over all elements as one row.
bool isFlat(rt::KernelOp kernel);

/// True for a linalg.generic with a reduction loop: a reduction or a matmul.
bool isReduction(mlir::Operation &op);

/// The reductions of a kernel, matmuls among them, in their order.
llvm::SmallVector<mlir::linalg::GenericOp> reductionsOf(rt::KernelOp kernel);

/// The first reduction of a kernel that has one, as all of kind row, column and
/// matmul do.
mlir::linalg::GenericOp firstReduction(rt::KernelOp kernel);

/// What a matmul computes: result[batch…, m, n], a sum over k. Its loops are in
/// this order, k last.
struct MatmulLoops {
  llvm::SmallVector<int64_t> batch;
  int64_t m, n, k;
  /// Whether the lhs is stored [k, m] and the rhs [n, k].
  bool transposedLhs, transposedRhs;
  /// Where the lhs is read through a map, as nn.contract does: how many elements behind
  /// its first, as a sum of two functions, of m and of k. Null for a matrix.
  mlir::AffineExpr rowOffset = {}, termOffset = {};

  /// True if the lhs is read through a map.
  bool readsThroughMap() const { return static_cast<bool>(rowOffset); }
  /// The number of dimensions of the result.
  int64_t rank() const { return batch.size() + 2; }
  /// The number of matrices.
  int64_t batches() const { return llvm::product_of(batch); }
};

/// The loops of the matmul `op`, as convert-nn-to-linalg makes it.
MatmulLoops matmulLoopsOf(mlir::linalg::GenericOp op);

/// What a scatter kernel computes: table[row, …] = the sum of updates[lead…, …] over
/// all `lead` whose indices[lead…], clamped to [0, rows), is `row`.
struct ScatterShape {
  /// Tensors of the kernel.
  mlir::Value updates, indices;
  /// The number of rows of the table.
  int64_t rows;
  /// The shapes of a row and of the indices.
  llvm::SmallVector<int64_t> row, lead;
};

/// The shape of a kernel of kind scatter, whose body is as convert-nn-to-linalg
/// makes it of one nn.scatter_add.
ScatterShape scatterOf(rt::KernelOp kernel);

/// The value a reduction starts from, a scalar: what fills its init operand.
mlir::TypedAttr identityOf(mlir::linalg::GenericOp reduction);

} // namespace gradus

#endif

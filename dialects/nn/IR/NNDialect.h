//===- NNDialect.h - The nn dialect and its operations --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_NN_IR_NNDIALECT_H
#define GRADUS_DIALECTS_NN_IR_NNDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/nn/IR/ScalarAlgebra.h"

#include "dialects/nn/IR/NNDialect.h.inc"
#include "dialects/nn/IR/NNInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/nn/IR/NNOps.h.inc"

namespace gradus::nn {

/// On a linalg op that multiplies matrices: the `precision` of its nn.matmul, unless f32.
inline constexpr llvm::StringLiteral kPrecisionAttr = "nn.precision";

/// An nn.constant of the tensor type `type` with every element equal to `value`,
/// which integers truncate.
mlir::Value splat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type, double value);

/// The largest finite number of a floating-point tensor type.
double largestFinite(mlir::Type type);

/// `value` broadcast to `type`, aligning trailing dimensions and stretching
/// dimensions of size 1, as NumPy does. Null if the shapes do not agree.
mlir::Value broadcastTo(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::RankedTensorType type);

/// `reduced`, which lacks the dimensions `dims` of `like`, broadcast along these to
/// the shape of `like`.
mlir::Value broadcastAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value reduced, mlir::Value like,
                           llvm::ArrayRef<int64_t> dims);

/// The mean of `x` along `dims`, which are dropped.
mlir::Value meanAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> dims);

/// What an nn.normalize of `x` subtracts and divides by, before `epsilon`: tensors without `dims`.
struct Moments {
  mlir::Value mean; ///< null if uncentered
  mlir::Value variance;
  mlir::Value centered; ///< x without its mean, in the shape of x
};

/// The moments of `x` along `dims`. Ops that are built twice are equal, so that CSE joins them.
Moments momentsAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> dims,
                     bool uncentered);

/// 1 / sqrt(variance + epsilon) of `moments`.
mlir::Value inverseDeviation(mlir::OpBuilder &builder, mlir::Location loc, const Moments &moments, double epsilon);

/// The shape that two operands share after NumPy broadcasting; fails if there is none.
mlir::FailureOr<llvm::SmallVector<int64_t>> broadcastShapes(llvm::ArrayRef<int64_t> lhs, llvm::ArrayRef<int64_t> rhs);

} // namespace gradus::nn

#endif

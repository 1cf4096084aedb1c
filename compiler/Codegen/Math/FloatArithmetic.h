//===- FloatArithmetic.h - Arithmetic on scalars and vectors alike --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_MATH_FLOATARITHMETIC_H
#define GRADUS_COMPILER_CODEGEN_MATH_FLOATARITHMETIC_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// Builds arithmetic on values of one type, a float or a vector of it, at the
/// insertion point of the builder that it was made from. Base of F32 and F64.
struct FloatArithmetic {
  using Value = mlir::Value;
  /// Where ops are inserted.
  mlir::ImplicitLocOpBuilder b;
  /// The type of the values.
  mlir::Type type;

  /// Ops carry `loc`; values are of `type`.
  FloatArithmetic(mlir::Location loc, mlir::OpBuilder &builder, mlir::Type type) : b(loc, builder), type(type) {}

  /// `element`, or a vector of it of the values' shape.
  mlir::Type like(mlir::Type element) const {
    auto vector = mlir::dyn_cast<mlir::VectorType>(type);
    return vector ? mlir::Type(mlir::VectorType::get(vector.getShape(), element)) : element;
  }
  /// `value`, of type `element`, in every lane.
  Value constant(mlir::Type element, mlir::Attribute value) {
    mlir::Type t = like(element);
    if (auto vector = mlir::dyn_cast<mlir::VectorType>(t))
      return mlir::arith::ConstantOp::create(b, mlir::DenseElementsAttr::get(vector, value));
    return mlir::arith::ConstantOp::create(b, mlir::cast<mlir::TypedAttr>(value));
  }

  /// lhs + rhs.
  Value add(Value lhs, Value rhs) { return mlir::arith::AddFOp::create(b, lhs, rhs); }
  /// lhs - rhs.
  Value sub(Value lhs, Value rhs) { return mlir::arith::SubFOp::create(b, lhs, rhs); }
  /// lhs * rhs.
  Value mul(Value lhs, Value rhs) { return mlir::arith::MulFOp::create(b, lhs, rhs); }
  /// lhs / rhs, correctly rounded.
  Value div(Value lhs, Value rhs) { return mlir::arith::DivFOp::create(b, lhs, rhs); }
  /// x * y + z, rounded once.
  Value fma(Value x, Value y, Value z) { return mlir::math::FmaOp::create(b, x, y, z); }
  /// lhs < rhs; false if either is NaN.
  Value less(Value lhs, Value rhs) { return mlir::arith::CmpFOp::create(b, mlir::arith::CmpFPredicate::OLT, lhs, rhs); }
  /// lhs == rhs; false if either is NaN.
  Value equal(Value lhs, Value rhs) {
    return mlir::arith::CmpFOp::create(b, mlir::arith::CmpFPredicate::OEQ, lhs, rhs);
  }
  /// `whenTrue` where `condition`, of i1, holds, elsewhere `whenFalse`.
  Value select(Value condition, Value whenTrue, Value whenFalse) {
    return mlir::arith::SelectOp::create(b, condition, whenTrue, whenFalse);
  }
};

} // namespace gradus

#endif

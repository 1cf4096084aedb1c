//===- FloatArithmetic.h - Arithmetic on scalars and vectors alike --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_MATH_FLOATARITHMETIC_H
#define GRADUS_COMPILER_CODEGEN_MATH_FLOATARITHMETIC_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// Builds arithmetic on values of one type: a float, or a vector of it.
struct FloatArithmetic {
  using Value = mlir::Value;
  mlir::ImplicitLocOpBuilder b;
  mlir::Type type; // of the values

  FloatArithmetic(mlir::Location loc, mlir::OpBuilder &builder, mlir::Type type) : b(loc, builder), type(type) {}

  /// `element`, or a vector of it of the values' shape.
  mlir::Type like(mlir::Type element) const {
    auto vector = mlir::dyn_cast<mlir::VectorType>(type);
    return vector ? mlir::Type(mlir::VectorType::get(vector.getShape(), element)) : element;
  }
  Value constant(mlir::Type element, mlir::Attribute value) {
    mlir::Type t = like(element);
    if (auto vector = mlir::dyn_cast<mlir::VectorType>(t))
      return mlir::arith::ConstantOp::create(b, mlir::DenseElementsAttr::get(vector, value));
    return mlir::arith::ConstantOp::create(b, mlir::cast<mlir::TypedAttr>(value));
  }
  Value add(Value l, Value r) { return mlir::arith::AddFOp::create(b, l, r); }
  Value sub(Value l, Value r) { return mlir::arith::SubFOp::create(b, l, r); }
  Value mul(Value l, Value r) { return mlir::arith::MulFOp::create(b, l, r); }
  Value div(Value l, Value r) { return mlir::arith::DivFOp::create(b, l, r); }
  Value fma(Value x, Value y, Value z) { return mlir::math::FmaOp::create(b, x, y, z); }
  Value less(Value l, Value r) { return mlir::arith::CmpFOp::create(b, mlir::arith::CmpFPredicate::OLT, l, r); }
  Value select(Value c, Value l, Value r) { return mlir::arith::SelectOp::create(b, c, l, r); }
};

} // namespace gradus

#endif

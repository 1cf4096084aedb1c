//===- Expr.h - Formulas in nn ops, written with operators ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TRANSFORMS_EXPR_H
#define GRADUS_COMPILER_TRANSFORMS_EXPR_H

#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// A value, and the builder at which operators on it create their nn op. The
/// operands of an operator have the same type; a number becomes a constant of
/// the other operand's type.
struct Expr {
  mlir::ImplicitLocOpBuilder *b;
  mlir::Value v;

  /// The type of the value.
  mlir::RankedTensorType type() const { return mlir::cast<mlir::RankedTensorType>(v.getType()); }
  /// A constant of this expression's type.
  Expr constant(double value) const { return {b, nn::splat(*b, b->getLoc(), v.getType(), value)}; }
  /// This scalar, converted to the element type of `target` and broadcast to its shape.
  Expr broadcastTo(mlir::RankedTensorType target) const {
    mlir::Value x = v;
    if (type().getElementType() != target.getElementType())
      x = nn::CastOp::create(*b, type().clone(target.getElementType()), x);
    if (type().getShape() != target.getShape())
      x = nn::BroadcastOp::create(*b, target, x, llvm::ArrayRef<int64_t>{});
    return {b, x};
  }
};

inline Expr operator+(Expr lhs, Expr rhs) { return {lhs.b, nn::AddOp::create(*lhs.b, lhs.v, rhs.v)}; }
inline Expr operator-(Expr lhs, Expr rhs) { return {lhs.b, nn::SubOp::create(*lhs.b, lhs.v, rhs.v)}; }
inline Expr operator*(Expr lhs, Expr rhs) { return {lhs.b, nn::MulOp::create(*lhs.b, lhs.v, rhs.v)}; }
inline Expr operator/(Expr lhs, Expr rhs) { return {lhs.b, nn::DivOp::create(*lhs.b, lhs.v, rhs.v)}; }
inline Expr operator*(double lhs, Expr rhs) { return rhs.constant(lhs) * rhs; }
inline Expr operator-(double lhs, Expr rhs) { return rhs.constant(lhs) - rhs; }
/// The square root of each element.
inline Expr sqrt(Expr x) { return {x.b, nn::SqrtOp::create(*x.b, x.v)}; }
/// The cosine of each element.
inline Expr cos(Expr x) { return {x.b, nn::CosOp::create(*x.b, x.v)}; }
/// The largest integer that is not above each element.
inline Expr floor(Expr x) { return {x.b, nn::FloorOp::create(*x.b, x.v)}; }
/// The natural logarithm of each element.
inline Expr log(Expr x) { return {x.b, nn::LogOp::create(*x.b, x.v)}; }
/// 1, 0 or -1 with the sign of each element.
inline Expr sign(Expr x) { return {x.b, nn::SignOp::create(*x.b, x.v)}; }
/// Each element to the power of `exponent`.
inline Expr pow(Expr x, double exponent) { return {x.b, nn::PowOp::create(*x.b, x.v, x.constant(exponent).v)}; }
/// Where `lhs` is at least `rhs`, the element of `yes`, else that of `no`.
inline Expr ifAtLeast(Expr lhs, Expr rhs, Expr yes, Expr no) {
  mlir::Value condition =
      nn::CompareOp::create(*lhs.b, lhs.type().clone(lhs.b->getI1Type()), nn::ComparePredicate::Ge, lhs.v, rhs.v);
  return {lhs.b, nn::SelectOp::create(*lhs.b, yes.type(), condition, yes.v, no.v)};
}
/// `base` to the power of each element.
inline Expr pow(double base, Expr x) { return {x.b, nn::PowOp::create(*x.b, x.constant(base).v, x.v)}; }
/// The smaller of two elements.
inline Expr min(Expr lhs, Expr rhs) { return {lhs.b, nn::MinimumOp::create(*lhs.b, lhs.v, rhs.v)}; }
/// The larger of two elements.
inline Expr max(Expr lhs, Expr rhs) { return {lhs.b, nn::MaximumOp::create(*lhs.b, lhs.v, rhs.v)}; }

/// A scalar f64 constant.
inline Expr constantF64(mlir::ImplicitLocOpBuilder &b, double value) {
  return {&b, nn::splat(b, b.getLoc(), mlir::RankedTensorType::get({}, b.getF64Type()), value)};
}
/// An i64 scalar, such as a counter, as f64.
inline Expr toF64(mlir::ImplicitLocOpBuilder &b, mlir::Value i64) {
  return {&b, nn::CastOp::create(b, mlir::RankedTensorType::get({}, b.getF64Type()), i64)};
}

} // namespace gradus

#endif

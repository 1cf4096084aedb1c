//===- ScalarAlgebra.h - The languages a scalar body speaks ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An elementwise op states its mathematics once (NNOps.td), over an algebra:
// a type with a Value and the functions below. There are three of them.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DIALECTS_NN_IR_SCALARALGEBRA_H
#define GRADUS_DIALECTS_NN_IR_SCALARALGEBRA_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

#include "dialects/nn/IR/NNEnums.h.inc"

namespace gradus::nn {

/// What all algebras derive from their own primitives.
template <typename Derived, typename V>
struct AlgebraBase {
  using Value = V;
  Derived &self() { return static_cast<Derived &>(*this); }
  V lt(V l, V r) { return self().compare(ComparePredicate::Lt, l, r); }
  V le(V l, V r) { return self().compare(ComparePredicate::Le, l, r); }
  V gt(V l, V r) { return self().compare(ComparePredicate::Gt, l, r); }
  V ge(V l, V r) { return self().compare(ComparePredicate::Ge, l, r); }

  /// sqrt(2/pi) (x + 0.044715 x^3)
  V geluTanhArgument(V x) {
    auto &a = self();
    V cube = a.mul(a.mul(x, x), x);
    return a.mul(a.lit(0.7978845608028654), a.add(x, a.mul(a.lit(0.044715), cube)));
  }
  V geluTanh(V x) {
    auto &a = self();
    return a.mul(a.mul(a.lit(0.5), x), a.add(a.lit(1), a.tanh(geluTanhArgument(x))));
  }
  /// 0.5 (1 + t) + 0.5 x (1 - t^2) sqrt(2/pi) (1 + 3 * 0.044715 x^2), t = tanh(argument)
  V geluTanhDerivative(V x) {
    auto &a = self();
    V t = a.tanh(geluTanhArgument(x));
    V inner = a.mul(a.lit(0.7978845608028654), a.add(a.lit(1), a.mul(a.lit(0.134145), a.mul(x, x))));
    V second = a.mul(a.mul(a.mul(a.lit(0.5), x), a.sub(a.lit(1), a.mul(t, t))), inner);
    return a.add(a.mul(a.lit(0.5), a.add(a.lit(1), t)), second);
  }
  /// Phi(x) + x phi(x), phi the normal density
  V geluErfDerivative(V x) {
    auto &a = self();
    V cdf = a.mul(a.lit(0.5), a.add(a.lit(1), a.erf(a.mul(x, a.lit(0.7071067811865476)))));
    V density = a.mul(a.lit(0.3989422804014327), a.exp(a.mul(a.lit(-0.5), a.mul(x, x))));
    return a.add(cdf, a.mul(x, density));
  }
};

/// Doubles: the reference.
struct ScalarEvaluator : AlgebraBase<ScalarEvaluator, double> {
  double lit(double v) { return v; }
  double neg(double x);
  double abs(double x);
  double exp(double x);
  double log(double x);
  double sqrt(double x);
  double sin(double x);
  double cos(double x);
  double erf(double x);
  double tanh(double x);
  double sigmoid(double x);
  double add(double l, double r) { return l + r; }
  double sub(double l, double r) { return l - r; }
  double mul(double l, double r) { return l * r; }
  double div(double l, double r) { return l / r; }
  double pow(double l, double r);
  double max(double l, double r);
  double min(double l, double r);
  double compare(ComparePredicate p, double l, double r);
  double select(double c, double l, double r) { return c != 0 ? l : r; }
  double cast(double x, mlir::Type from, mlir::Type to);
};

/// `arith` and `math` ops on scalars or vectors: code generation. Literals
/// take the type of the first floating-point operand.
struct ScalarBuilder : AlgebraBase<ScalarBuilder, mlir::Value> {
  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange operands);
  Value lit(double v);
  Value neg(Value x);
  Value abs(Value x);
  Value exp(Value x);
  Value log(Value x);
  Value sqrt(Value x);
  Value sin(Value x);
  Value cos(Value x);
  Value erf(Value x);
  Value tanh(Value x);
  Value sigmoid(Value x);
  Value add(Value l, Value r);
  Value sub(Value l, Value r);
  Value mul(Value l, Value r);
  Value div(Value l, Value r);
  Value pow(Value l, Value r);
  Value max(Value l, Value r);
  Value min(Value l, Value r);
  Value compare(ComparePredicate p, Value l, Value r);
  Value select(Value c, Value l, Value r);
  Value cast(Value x, mlir::Type from, mlir::Type to);

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type type;
};

/// `nn` ops on whole tensors: derivatives. Literals are splats of the type of
/// the result's gradient.
struct GraphAlgebra : AlgebraBase<GraphAlgebra, mlir::Value> {
  GraphAlgebra(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value gradient)
      : builder(builder), loc(loc), type(gradient.getType()) {}
  Value lit(double v);
  Value neg(Value x);
  Value exp(Value x);
  Value log(Value x);
  Value sin(Value x);
  Value cos(Value x);
  Value erf(Value x);
  Value tanh(Value x);
  Value sigmoid(Value x);
  Value add(Value l, Value r);
  Value sub(Value l, Value r);
  Value mul(Value l, Value r);
  Value div(Value l, Value r);
  Value pow(Value l, Value r);
  Value compare(ComparePredicate p, Value l, Value r);
  Value select(Value c, Value l, Value r);
  /// The gradient of a cast: cast back, or none where an integer is involved.
  Value castGradient(Value input, Value gradient);

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type type;
};

} // namespace gradus::nn

#endif

//===- ScalarAlgebra.h - Algebras for scalar bodies -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An elementwise op states its mathematics once (NNOps.td, ScalarBodies.h), as a
// function over an algebra. It is instantiated over each of the three below.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DIALECTS_NN_IR_SCALARALGEBRA_H
#define GRADUS_DIALECTS_NN_IR_SCALARALGEBRA_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"

#include "dialects/nn/IR/NNEnums.h.inc"

namespace gradus::nn {

/// What a scalar body may ask of an algebra: its type of values, and functions on
/// them. Operands of a function have equal types; integers have neg, add, sub,
/// mul, div, pow, max, min, compare, select and cast only.
template <typename A>
concept ScalarAlgebra = requires(A a, typename A::Value x, typename A::Value condition, double v, ComparePredicate p) {
  a.lit(v);                  // the constant v
  a.neg(x);                  // -x
  a.abs(x);                  // |x|
  a.exp(x);                  // e^x
  a.log(x);                  // ln x
  a.sqrt(x);                 // square root, correctly rounded
  a.sin(x);                  // sine of x in radians
  a.cos(x);                  // cosine of x in radians
  a.floor(x);                // the largest integer that is not above x
  a.round(x);                // the nearest integer; of two, the even one
  a.erf(x);                  // error function
  a.tanh(x);                 // hyperbolic tangent
  a.sigmoid(x);              // 1 / (1 + e^-x)
  a.add(x, x);               // l + r
  a.sub(x, x);               // l - r
  a.mul(x, x);               // l * r
  a.div(x, x);               // l / r; of integers towards zero, and x / 0 is 0
  a.pow(x, x);               // l ^ r
  a.max(x, x);               // the larger one; NaN if one is
  a.min(x, x);               // the smaller one; NaN if one is
  a.compare(p, x, x);        // a condition; with a NaN only `ne` holds
  a.select(condition, x, x); // l where the condition holds, else r
  a.lt(x, x);                // compare by Lt; so are le, gt and ge
};

/// Comparisons by name, for all algebras.
template <typename Derived, typename V>
struct AlgebraBase {
  using Value = V;
  /// l < r
  V lt(V l, V r) { return self().compare(ComparePredicate::Lt, l, r); }
  /// l <= r
  V le(V l, V r) { return self().compare(ComparePredicate::Le, l, r); }
  /// l > r
  V gt(V l, V r) { return self().compare(ComparePredicate::Gt, l, r); }
  /// l >= r
  V ge(V l, V r) { return self().compare(ComparePredicate::Ge, l, r); }

private:
  Derived &self() { return static_cast<Derived &>(*this); }
};

/// Doubles: the reference. The functions are those of the concept; a condition is
/// 1 or 0.
struct ScalarEvaluator : AlgebraBase<ScalarEvaluator, double> {
  double lit(double v) { return v; }
  double neg(double x);
  double abs(double x);
  double exp(double x);
  double log(double x);
  double sqrt(double x);
  double sin(double x);
  double cos(double x);
  double floor(double x);
  double round(double x);
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
  /// `x` rounded to the element type `to`: floats to the nearest, integers towards zero.
  double cast(double x, mlir::Type from, mlir::Type to);
};

/// `arith` and `math` ops on scalars or vectors: code generation. Literals have the
/// type of the last floating-point operand, or of the first operand if none is.
struct ScalarBuilder : AlgebraBase<ScalarBuilder, mlir::Value> {
  /// Builds at the insertion point of `builder`, for a body with `operands`.
  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange operands);
  Value lit(double v);
  Value neg(Value x);
  Value abs(Value x);
  Value exp(Value x);
  Value log(Value x);
  Value sqrt(Value x);
  Value sin(Value x);
  Value cos(Value x);
  Value floor(Value x);
  Value round(Value x);
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
  /// Converts elements of type `from` to `to`; i1 becomes 0 or 1, floats are
  /// truncated towards zero on the way to integers.
  Value cast(Value x, mlir::Type from, mlir::Type to);

private:
  /// The constant `v` of a number or vector type.
  Value literal(mlir::Type type, double v);
  /// l / r of integers, where the machine would trap.
  Value divideIntegers(Value l, Value r);
  /// A float as an integer of type `target`: the nearest that it holds, 0 for NaN.
  Value saturatingCast(Value x, mlir::Type target);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type type;
};

/// `nn` ops on whole tensors: derivatives. Literals are splats of the type of
/// the result's gradient.
struct GraphAlgebra : AlgebraBase<GraphAlgebra, mlir::Value> {
  /// Builds at the insertion point of `builder`; `gradient` is that of the result.
  GraphAlgebra(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value gradient)
      : builder(builder), loc(loc), type(gradient.getType()) {}
  Value lit(double v);
  Value neg(Value x);
  Value abs(Value x);
  Value exp(Value x);
  Value log(Value x);
  Value sqrt(Value x);
  Value sin(Value x);
  Value cos(Value x);
  Value floor(Value x);
  Value round(Value x);
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
  /// The gradient of a cast: cast back, or none where an integer is involved.
  Value castGradient(Value input, Value gradient);

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type type;
};

static_assert(ScalarAlgebra<ScalarEvaluator> && ScalarAlgebra<ScalarBuilder> && ScalarAlgebra<GraphAlgebra>);

} // namespace gradus::nn

#endif

//===- ScalarAlgebra.cpp - Algebras for scalar bodies ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/nn/IR/ScalarAlgebra.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;

namespace gradus::nn {

//===----------------------------------------------------------------------===//
// ScalarEvaluator
//===----------------------------------------------------------------------===//

double ScalarEvaluator::neg(double x) { return -x; }
double ScalarEvaluator::abs(double x) { return std::fabs(x); }
double ScalarEvaluator::exp(double x) { return std::exp(x); }
double ScalarEvaluator::log(double x) { return std::log(x); }
double ScalarEvaluator::sqrt(double x) { return std::sqrt(x); }
double ScalarEvaluator::sin(double x) { return std::sin(x); }
double ScalarEvaluator::cos(double x) { return std::cos(x); }
double ScalarEvaluator::floor(double x) { return std::floor(x); }
double ScalarEvaluator::round(double x) { return std::nearbyint(x); }
double ScalarEvaluator::erf(double x) { return std::erf(x); }
double ScalarEvaluator::tanh(double x) { return std::tanh(x); }
double ScalarEvaluator::sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double ScalarEvaluator::pow(double l, double r) { return std::pow(l, r); }
// A NaN wins, as in arith.maximumf.
double ScalarEvaluator::max(double l, double r) { return std::isnan(l) || l > r ? l : r; }
double ScalarEvaluator::min(double l, double r) { return std::isnan(l) || l < r ? l : r; }

double ScalarEvaluator::compare(ComparePredicate p, double l, double r) {
  switch (p) {
  case ComparePredicate::Eq:
    return l == r;
  case ComparePredicate::Ne:
    return l != r;
  case ComparePredicate::Lt:
    return l < r;
  case ComparePredicate::Le:
    return l <= r;
  case ComparePredicate::Gt:
    return l > r;
  case ComparePredicate::Ge:
    return l >= r;
  }
  llvm_unreachable("unknown predicate");
}

double ScalarEvaluator::cast(double x, Type from, Type to) {
  if (to.isF32())
    return static_cast<float>(x);
  if (to.isBF16()) {
    bool exact;
    APFloat rounded(x);
    rounded.convert(APFloat::BFloat(), APFloat::rmNearestTiesToEven, &exact);
    return rounded.convertToDouble();
  }
  if (!isa<IntegerType>(to))
    return x;
  double limit = std::ldexp(1.0, static_cast<int>(to.getIntOrFloatBitWidth()) - 1);
  if (isa<IntegerType>(from)) { // keeps the low bits
    double wrapped = std::remainder(x, 2 * limit);
    return wrapped == limit ? -limit : wrapped;
  }
  if (std::isnan(x))
    return 0;
  return std::clamp(std::trunc(x), -limit, to.isInteger(64) ? std::nextafter(limit, 0) : limit - 1);
}

//===----------------------------------------------------------------------===//
// ScalarBuilder
//===----------------------------------------------------------------------===//

ScalarBuilder::ScalarBuilder(OpBuilder &builder, Location loc, ValueRange operands) : builder(builder), loc(loc) {
  for (Value v : operands)
    if (!type || isa<FloatType>(getElementTypeOrSelf(v.getType())))
      type = v.getType();
}

Value ScalarBuilder::literal(Type type, double v) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr attr = isa<FloatType>(element) ? TypedAttr(builder.getFloatAttr(element, v))
                                           : TypedAttr(builder.getIntegerAttr(element, static_cast<int64_t>(v)));
  if (auto shaped = dyn_cast<ShapedType>(type))
    attr = DenseElementsAttr::get(shaped, attr);
  return arith::ConstantOp::create(builder, loc, attr);
}

Value ScalarBuilder::lit(double v) { return literal(type, v); }
Value ScalarBuilder::neg(Value x) {
  return isFloat(x) ? Value(arith::NegFOp::create(builder, loc, x)) : sub(lit(0), x);
}
Value ScalarBuilder::abs(Value x) { return math::AbsFOp::create(builder, loc, x); }
Value ScalarBuilder::exp(Value x) { return math::ExpOp::create(builder, loc, x); }
Value ScalarBuilder::log(Value x) { return math::LogOp::create(builder, loc, x); }
Value ScalarBuilder::sqrt(Value x) { return math::SqrtOp::create(builder, loc, x); }
Value ScalarBuilder::sin(Value x) { return math::SinOp::create(builder, loc, x); }
Value ScalarBuilder::cos(Value x) { return math::CosOp::create(builder, loc, x); }
Value ScalarBuilder::floor(Value x) { return math::FloorOp::create(builder, loc, x); }
Value ScalarBuilder::round(Value x) { return math::RoundEvenOp::create(builder, loc, x); }
Value ScalarBuilder::erf(Value x) { return math::ErfOp::create(builder, loc, x); }
Value ScalarBuilder::tanh(Value x) { return math::TanhOp::create(builder, loc, x); }
Value ScalarBuilder::sigmoid(Value x) { return div(lit(1), add(lit(1), exp(neg(x)))); }
Value ScalarBuilder::pow(Value l, Value r) {
  return isFloat(l) ? Value(math::PowFOp::create(builder, loc, l, r)) : math::IPowIOp::create(builder, loc, l, r);
}

Value ScalarBuilder::add(Value l, Value r) {
  return isFloat(l) ? Value(arith::AddFOp::create(builder, loc, l, r)) : arith::AddIOp::create(builder, loc, l, r);
}
Value ScalarBuilder::sub(Value l, Value r) {
  return isFloat(l) ? Value(arith::SubFOp::create(builder, loc, l, r)) : arith::SubIOp::create(builder, loc, l, r);
}
Value ScalarBuilder::mul(Value l, Value r) {
  return isFloat(l) ? Value(arith::MulFOp::create(builder, loc, l, r)) : arith::MulIOp::create(builder, loc, l, r);
}
Value ScalarBuilder::div(Value l, Value r) {
  return isFloat(l) ? Value(arith::DivFOp::create(builder, loc, l, r)) : divideIntegers(l, r);
}
Value ScalarBuilder::divideIntegers(Value l, Value r) {
  // The machine traps on x / 0 and on the quotient that overflows: x / 0 is 0
  // here, and x / -1 wraps as 0 - x does.
  Type type = l.getType();
  Value isZero = compare(ComparePredicate::Eq, r, literal(type, 0));
  Value isMinusOne = compare(ComparePredicate::Eq, r, literal(type, -1));
  Value one = literal(type, 1);
  Value safe = select(isZero, one, select(isMinusOne, literal(type, 1), r));
  Value quotient = arith::DivSIOp::create(builder, loc, l, safe);
  Value zero = literal(type, 0);
  return select(isZero, zero, select(isMinusOne, sub(literal(type, 0), l), quotient));
}
Value ScalarBuilder::max(Value l, Value r) {
  return isFloat(l) ? Value(arith::MaximumFOp::create(builder, loc, l, r)) : arith::MaxSIOp::create(builder, loc, l, r);
}
Value ScalarBuilder::min(Value l, Value r) {
  return isFloat(l) ? Value(arith::MinimumFOp::create(builder, loc, l, r)) : arith::MinSIOp::create(builder, loc, l, r);
}

Value ScalarBuilder::compare(ComparePredicate p, Value l, Value r) {
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  F f = F::OEQ;
  I i = I::eq;
  switch (p) {
  case ComparePredicate::Eq:
    break;
  case ComparePredicate::Ne:
    f = F::UNE, i = I::ne;
    break;
  case ComparePredicate::Lt:
    f = F::OLT, i = I::slt;
    break;
  case ComparePredicate::Le:
    f = F::OLE, i = I::sle;
    break;
  case ComparePredicate::Gt:
    f = F::OGT, i = I::sgt;
    break;
  case ComparePredicate::Ge:
    f = F::OGE, i = I::sge;
    break;
  }
  if (isFloat(l))
    return arith::CmpFOp::create(builder, loc, f, l, r);
  return arith::CmpIOp::create(builder, loc, i, l, r);
}

Value ScalarBuilder::select(Value c, Value l, Value r) { return arith::SelectOp::create(builder, loc, c, l, r); }

Value ScalarBuilder::saturatingCast(Value x, Type target) {
  // fptosi has no value for what the type does not hold, and targets differ.
  auto element = cast<IntegerType>(getElementTypeOrSelf(target));
  double limit = std::ldexp(1.0, static_cast<int>(element.getWidth()) - 1);
  auto integer = [&](const APInt &v) -> Value {
    TypedAttr attr = builder.getIntegerAttr(element, v);
    if (auto shaped = dyn_cast<ShapedType>(target))
      attr = DenseElementsAttr::get(shaped, attr);
    return arith::ConstantOp::create(builder, loc, attr);
  };
  Value above = compare(ComparePredicate::Ge, x, literal(x.getType(), limit));
  Value notBelow = compare(ComparePredicate::Ge, x, literal(x.getType(), -limit));
  Value below = compare(ComparePredicate::Lt, x, literal(x.getType(), -limit));
  Value zero = literal(x.getType(), 0); // also for NaN, which compares with nothing
  Value inside = select(above, zero, select(notBelow, x, zero));
  Value result = arith::FPToSIOp::create(builder, loc, target, inside);
  result = select(above, integer(APInt::getSignedMaxValue(element.getWidth())), result);
  return select(below, integer(APInt::getSignedMinValue(element.getWidth())), result);
}

Value ScalarBuilder::cast(Value x, Type from, Type to) {
  Type target = to;
  if (auto shaped = dyn_cast<ShapedType>(x.getType()))
    target = shaped.clone(to);
  if (from == to)
    return x;
  bool fromFloat = isa<FloatType>(from), toFloat = isa<FloatType>(to);
  if (fromFloat && toFloat)
    return from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth()
               ? Value(arith::ExtFOp::create(builder, loc, target, x))
               : arith::TruncFOp::create(builder, loc, target, x);
  if (fromFloat)
    return saturatingCast(x, target);
  bool isBool = from.isInteger(1);
  if (toFloat)
    return isBool ? Value(arith::UIToFPOp::create(builder, loc, target, x))
                  : arith::SIToFPOp::create(builder, loc, target, x);
  if (from.getIntOrFloatBitWidth() > to.getIntOrFloatBitWidth())
    return arith::TruncIOp::create(builder, loc, target, x);
  return isBool ? Value(arith::ExtUIOp::create(builder, loc, target, x))
                : arith::ExtSIOp::create(builder, loc, target, x);
}

//===----------------------------------------------------------------------===//
// GraphAlgebra
//===----------------------------------------------------------------------===//

Value GraphAlgebra::lit(double v) { return splat(builder, loc, type, v); }
Value GraphAlgebra::neg(Value x) { return NegOp::create(builder, loc, x); }
Value GraphAlgebra::abs(Value x) { return AbsOp::create(builder, loc, x); }
Value GraphAlgebra::exp(Value x) { return ExpOp::create(builder, loc, x); }
Value GraphAlgebra::log(Value x) { return LogOp::create(builder, loc, x); }
Value GraphAlgebra::sqrt(Value x) { return SqrtOp::create(builder, loc, x); }
Value GraphAlgebra::sin(Value x) { return SinOp::create(builder, loc, x); }
Value GraphAlgebra::cos(Value x) { return CosOp::create(builder, loc, x); }
Value GraphAlgebra::floor(Value x) { return FloorOp::create(builder, loc, x); }
Value GraphAlgebra::round(Value x) { return RoundOp::create(builder, loc, x); }
Value GraphAlgebra::erf(Value x) { return ErfOp::create(builder, loc, x); }
Value GraphAlgebra::tanh(Value x) { return TanhOp::create(builder, loc, x); }
Value GraphAlgebra::sigmoid(Value x) { return SigmoidOp::create(builder, loc, x); }
Value GraphAlgebra::add(Value l, Value r) { return AddOp::create(builder, loc, l, r); }
Value GraphAlgebra::sub(Value l, Value r) { return SubOp::create(builder, loc, l, r); }
Value GraphAlgebra::mul(Value l, Value r) { return MulOp::create(builder, loc, l, r); }
Value GraphAlgebra::div(Value l, Value r) { return DivOp::create(builder, loc, l, r); }
Value GraphAlgebra::pow(Value l, Value r) { return PowOp::create(builder, loc, l, r); }
Value GraphAlgebra::max(Value l, Value r) { return MaximumOp::create(builder, loc, l, r); }
Value GraphAlgebra::min(Value l, Value r) { return MinimumOp::create(builder, loc, l, r); }
Value GraphAlgebra::compare(ComparePredicate p, Value l, Value r) {
  auto shape = cast<RankedTensorType>(l.getType()).clone(builder.getI1Type());
  return CompareOp::create(builder, loc, shape, p, l, r);
}
Value GraphAlgebra::select(Value c, Value l, Value r) { return SelectOp::create(builder, loc, l.getType(), c, l, r); }
Value GraphAlgebra::castGradient(Value input, Value gradient) {
  if (!isFloat(input) || !isFloat(gradient))
    return {};
  return CastOp::create(builder, loc, input.getType(), gradient);
}

} // namespace gradus::nn

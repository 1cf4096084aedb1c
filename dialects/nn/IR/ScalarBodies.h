//===- ScalarBodies.h - The mathematics of elementwise ops ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the records of elementwise ops (NNOps.td) call where one call of the
// algebra does not say it: for an op `f` the value `f(a, x)` and the gradient
// `fGradient(a, g, …)` of its operand. They are templates over the algebra `a`
// (ScalarAlgebra.h): values are instantiated for all three, gradients for
// GraphAlgebra. `x` is the operand (`l`, `r` of a binary op), `y` the result and
// `g` the gradient of the result. In alphabetical order.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DIALECTS_NN_IR_SCALARBODIES_H
#define GRADUS_DIALECTS_NN_IR_SCALARBODIES_H

#include "dialects/nn/IR/ScalarAlgebra.h"

namespace gradus::nn::bodies {

/// sqrt(1/2)
inline constexpr double kSqrtHalf = 0.7071067811865476;
/// sqrt(2/pi)
inline constexpr double kSqrtTwoOverPi = 0.7978845608028654;
/// 2/sqrt(pi), the slope of erf at 0
inline constexpr double kTwoOverSqrtPi = 1.1283791670955126;
/// 1/sqrt(2 pi), the normal density at 0
inline constexpr double kNormalDensity = 0.3989422804014327;
/// The factor of x^3 in the tanh approximation of gelu (Hendrycks and Gimpel, 2016).
inline constexpr double kGeluCubic = 0.044715;

/// The value type of an algebra.
template <typename A>
using ValueOf = typename A::Value;

/// Gradient of |x|; 0 at 0, as in PyTorch.
template <ScalarAlgebra A>
ValueOf<A> absGradient(A &a, ValueOf<A> g, ValueOf<A> x) {
  ValueOf<A> zero = a.lit(0);
  return a.select(a.lt(x, zero), a.neg(g), a.select(a.compare(ComparePredicate::Eq, x, zero), zero, g));
}

/// min(max(x, low), high)
template <ScalarAlgebra A>
ValueOf<A> clamp(A &a, ValueOf<A> x, double low, double high) {
  return a.min(a.max(x, a.lit(low)), a.lit(high));
}

/// Gradient of clamp: g where low <= x <= high.
template <ScalarAlgebra A>
ValueOf<A> clampGradient(A &a, ValueOf<A> g, ValueOf<A> x, double low, double high) {
  return a.select(a.lt(x, a.lit(low)), a.lit(0), a.select(a.gt(x, a.lit(high)), a.lit(0), g));
}

/// Gradient of l / r with respect to r: -g y / r.
template <ScalarAlgebra A>
ValueOf<A> divGradientRhs(A &a, ValueOf<A> g, ValueOf<A> r, ValueOf<A> y) {
  return a.neg(a.div(a.mul(g, y), r));
}

/// e^x - 1 of x <= 1 without cancellation: 2 t / (1 - t), t = tanh(x / 2).
template <ScalarAlgebra A>
ValueOf<A> expm1BelowOne(A &a, ValueOf<A> x) {
  ValueOf<A> t = a.tanh(a.mul(a.lit(0.5), x));
  return a.div(a.add(t, t), a.sub(a.lit(1), t));
}

/// x if x > 0, else alpha (e^x - 1).
template <ScalarAlgebra A>
ValueOf<A> elu(A &a, ValueOf<A> x, double alpha) {
  return a.select(a.gt(x, a.lit(0)), x, a.mul(a.lit(alpha), expm1BelowOne(a, x)));
}

/// Gradient of elu: g, or g alpha e^x = g (y + alpha).
template <ScalarAlgebra A>
ValueOf<A> eluGradient(A &a, ValueOf<A> g, ValueOf<A> x, ValueOf<A> y, double alpha) {
  return a.select(a.gt(x, a.lit(0)), g, a.mul(g, a.add(y, a.lit(alpha))));
}

/// Gradient of erf x: g 2/sqrt(pi) e^(-x^2).
template <ScalarAlgebra A>
ValueOf<A> erfGradient(A &a, ValueOf<A> g, ValueOf<A> x) {
  return a.mul(g, a.mul(a.lit(kTwoOverSqrtPi), a.exp(a.neg(a.mul(x, x)))));
}

/// e^x - 1
template <ScalarAlgebra A>
ValueOf<A> expm1(A &a, ValueOf<A> x) {
  return a.select(a.lt(x, a.lit(1)), expm1BelowOne(a, x), a.sub(a.exp(x), a.lit(1)));
}

/// Gradient of e^x - 1: g (y + 1).
template <ScalarAlgebra A>
ValueOf<A> expm1Gradient(A &a, ValueOf<A> g, ValueOf<A> y) {
  return a.mul(g, a.add(y, a.lit(1)));
}

/// sqrt(2/pi) (x + 0.044715 x^3), what the tanh form of gelu takes the tanh of.
template <ScalarAlgebra A>
ValueOf<A> geluTanhArgument(A &a, ValueOf<A> x) {
  ValueOf<A> cube = a.mul(a.mul(x, x), x);
  return a.mul(a.lit(kSqrtTwoOverPi), a.add(x, a.mul(a.lit(kGeluCubic), cube)));
}

/// Gradient of `self`, one of the two operands of maximum or minimum: none where it
/// `loses` to `other`, and half of it where both are equal, as in PyTorch.
template <ScalarAlgebra A>
ValueOf<A> extremumGradient(A &a, ValueOf<A> g, ValueOf<A> loses, ValueOf<A> self, ValueOf<A> other) {
  ValueOf<A> ties = a.compare(ComparePredicate::Eq, self, other);
  return a.select(loses, a.lit(0), a.select(ties, a.mul(g, a.lit(0.5)), g));
}

/// x Phi(x), Phi the normal distribution function; with `tanh` its approximation.
template <ScalarAlgebra A>
ValueOf<A> gelu(A &a, ValueOf<A> x, bool tanh) {
  ValueOf<A> half = a.mul(a.lit(0.5), x);
  return a.mul(half, a.add(a.lit(1), tanh ? a.tanh(geluTanhArgument(a, x)) : a.erf(a.mul(x, a.lit(kSqrtHalf)))));
}

/// The slope of the exact gelu: Phi(x) + x phi(x), phi the normal density.
template <ScalarAlgebra A>
ValueOf<A> geluErfSlope(A &a, ValueOf<A> x) {
  ValueOf<A> cdf = a.mul(a.lit(0.5), a.add(a.lit(1), a.erf(a.mul(x, a.lit(kSqrtHalf)))));
  ValueOf<A> density = a.mul(a.lit(kNormalDensity), a.exp(a.mul(a.lit(-0.5), a.mul(x, x))));
  return a.add(cdf, a.mul(x, density));
}

/// The slope of the approximate gelu:
/// 0.5 (1 + t) + 0.5 x (1 - t^2) sqrt(2/pi) (1 + 3 * 0.044715 x^2), t = tanh(argument).
template <ScalarAlgebra A>
ValueOf<A> geluTanhSlope(A &a, ValueOf<A> x) {
  ValueOf<A> t = a.tanh(geluTanhArgument(a, x));
  ValueOf<A> inner = a.mul(a.lit(kSqrtTwoOverPi), a.add(a.lit(1), a.mul(a.lit(3 * kGeluCubic), a.mul(x, x))));
  ValueOf<A> second = a.mul(a.mul(a.mul(a.lit(0.5), x), a.sub(a.lit(1), a.mul(t, t))), inner);
  return a.add(a.mul(a.lit(0.5), a.add(a.lit(1), t)), second);
}

/// Gradient of gelu.
template <ScalarAlgebra A>
ValueOf<A> geluGradient(A &a, ValueOf<A> g, ValueOf<A> x, bool tanh) {
  return a.mul(g, tanh ? geluTanhSlope(a, x) : geluErfSlope(a, x));
}

/// x if x > 0, else slope x.
template <ScalarAlgebra A>
ValueOf<A> leakyRelu(A &a, ValueOf<A> x, double slope) {
  return a.select(a.gt(x, a.lit(0)), x, a.mul(x, a.lit(slope)));
}

/// Gradient of leakyRelu; at 0 that of slope x.
template <ScalarAlgebra A>
ValueOf<A> leakyReluGradient(A &a, ValueOf<A> g, ValueOf<A> x, double slope) {
  return a.select(a.gt(x, a.lit(0)), g, a.mul(g, a.lit(slope)));
}

/// g where `condition` holds, else 0.
template <ScalarAlgebra A>
ValueOf<A> gradientIf(A &a, ValueOf<A> condition, ValueOf<A> g) {
  return a.select(condition, g, a.lit(0));
}

/// 0 where `condition` holds, else g.
template <ScalarAlgebra A>
ValueOf<A> gradientUnless(A &a, ValueOf<A> condition, ValueOf<A> g) {
  return a.select(condition, a.lit(0), g);
}

/// ln(1 + x). What 1 + x loses of x, the ratio x / (w - 1) with w = 1 + x, rounded, gives back (W. Kahan; in Goldberg,
/// "What every computer scientist should know about floating-point arithmetic", 1991, theorem 4).
template <ScalarAlgebra A>
ValueOf<A> log1p(A &a, ValueOf<A> x) {
  ValueOf<A> w = a.add(a.lit(1), x), rest = a.sub(w, a.lit(1));
  ValueOf<A> ofRest = a.mul(a.log(w), a.div(x, rest));
  ValueOf<A> ofTiny = a.compare(ComparePredicate::Eq, rest, a.lit(0));
  // Infinity over infinity is none.
  ValueOf<A> result = a.select(a.lt(x, a.lit(0x1p60)), ofRest, a.log(x));
  return a.select(ofTiny, x, result);
}

/// Gradient of ln(1 + x): g / (1 + x).
template <ScalarAlgebra A>
ValueOf<A> log1pGradient(A &a, ValueOf<A> g, ValueOf<A> x) {
  return a.div(g, a.add(a.lit(1), x));
}

/// Gradient of l ^ r with respect to l: g r l^(r - 1), and 0 where r is 0, as in PyTorch.
template <ScalarAlgebra A>
ValueOf<A> powGradientLhs(A &a, ValueOf<A> g, ValueOf<A> l, ValueOf<A> r) {
  ValueOf<A> slope = a.mul(r, a.pow(l, a.sub(r, a.lit(1))));
  return a.select(a.compare(ComparePredicate::Eq, r, a.lit(0)), a.lit(0), a.mul(g, slope));
}

/// Gradient of l ^ r with respect to r: g y ln l, and 0 where l is 0 and r is not negative, as in PyTorch.
template <ScalarAlgebra A>
ValueOf<A> powGradientRhs(A &a, ValueOf<A> g, ValueOf<A> l, ValueOf<A> r, ValueOf<A> y) {
  ValueOf<A> zero = a.lit(0), slope = a.mul(g, a.mul(y, a.log(l)));
  ValueOf<A> unlessZero = a.select(a.compare(ComparePredicate::Eq, l, zero), zero, slope);
  return a.select(a.ge(r, zero), unlessZero, slope);
}

/// max(x, 0)
template <ScalarAlgebra A>
ValueOf<A> relu(A &a, ValueOf<A> x) {
  return a.max(x, a.lit(0));
}

/// Gradient of relu; at 0 it is 0.
template <ScalarAlgebra A>
ValueOf<A> reluGradient(A &a, ValueOf<A> g, ValueOf<A> y) {
  return gradientIf(a, a.gt(y, a.lit(0)), g);
}

/// 1 / sqrt x
template <ScalarAlgebra A>
ValueOf<A> rsqrt(A &a, ValueOf<A> x) {
  return a.div(a.lit(1), a.sqrt(x));
}

/// Gradient of 1 / sqrt x: -g y^3 / 2.
template <ScalarAlgebra A>
ValueOf<A> rsqrtGradient(A &a, ValueOf<A> g, ValueOf<A> y) {
  return a.mul(g, a.mul(a.lit(-0.5), a.mul(y, a.mul(y, y))));
}

/// Gradient of 1 / (1 + e^-x): g y (1 - y).
template <ScalarAlgebra A>
ValueOf<A> sigmoidGradient(A &a, ValueOf<A> g, ValueOf<A> y) {
  return a.mul(g, a.mul(y, a.sub(a.lit(1), y)));
}

/// 1, 0 or -1 with the sign of x
template <ScalarAlgebra A>
ValueOf<A> sign(A &a, ValueOf<A> x) {
  return a.select(a.gt(x, a.lit(0)), a.lit(1), a.select(a.lt(x, a.lit(0)), a.lit(-1), x));
}

/// Gradient of silu: g (s + y (1 - s)), s = sigmoid x.
template <ScalarAlgebra A>
ValueOf<A> siluGradient(A &a, ValueOf<A> g, ValueOf<A> x, ValueOf<A> y) {
  ValueOf<A> s = a.sigmoid(x);
  return a.mul(g, a.add(s, a.mul(y, a.sub(a.lit(1), s))));
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which does not overflow.
template <ScalarAlgebra A>
ValueOf<A> softplus(A &a, ValueOf<A> x) {
  return a.add(a.max(x, a.lit(0)), log1p(a, a.exp(a.neg(a.abs(x)))));
}

/// Gradient of sqrt x: g / (2 y).
template <ScalarAlgebra A>
ValueOf<A> sqrtGradient(A &a, ValueOf<A> g, ValueOf<A> y) {
  return a.div(a.mul(g, a.lit(0.5)), y);
}

/// Gradient of tanh x: g (1 - y^2).
template <ScalarAlgebra A>
ValueOf<A> tanhGradient(A &a, ValueOf<A> g, ValueOf<A> y) {
  return a.mul(g, a.sub(a.lit(1), a.mul(y, y)));
}

} // namespace gradus::nn::bodies

#endif

//===- ExpandF32.cpp - f32 transcendentals as arithmetic ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For scalars and vectors alike. The largest errors, found by scanning all f32
// arguments (test/unit/MathTest.cpp), are in compiler/docs/math.md.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Math/FloatArithmetic.h"
#include "compiler/Passes/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace gradus {
#define GEN_PASS_DEF_EXPANDF32PASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// f32 arithmetic on values of one type, scalar or vector.
struct F32 : FloatArithmetic {
  using FloatArithmetic::FloatArithmetic;
  Value lit(float v) { return constant(b.getF32Type(), b.getF32FloatAttr(v)); }
  Value ilit(int32_t v) { return constant(b.getI32Type(), b.getI32IntegerAttr(v)); }
  Value abs(Value x) { return math::AbsFOp::create(b, x); }
  Value copySign(Value magnitude, Value sign) { return math::CopySignOp::create(b, magnitude, sign); }
  Value bits(Value x) { return arith::BitcastOp::create(b, like(b.getI32Type()), x); }
  Value real(Value x) { return arith::BitcastOp::create(b, like(b.getF32Type()), x); }
  Value toInt(Value x) { return arith::FPToSIOp::create(b, like(b.getI32Type()), x); }
  Value toReal(Value x) { return arith::SIToFPOp::create(b, like(b.getF32Type()), x); }
  Value iadd(Value lhs, Value rhs) { return arith::AddIOp::create(b, lhs, rhs); }
  Value isub(Value lhs, Value rhs) { return arith::SubIOp::create(b, lhs, rhs); }
  Value iand(Value lhs, Value rhs) { return arith::AndIOp::create(b, lhs, rhs); }
  Value ior(Value lhs, Value rhs) { return arith::OrIOp::create(b, lhs, rhs); }
  Value shl(Value v, int32_t bits) { return arith::ShLIOp::create(b, v, ilit(bits)); }
  Value sra(Value v, int32_t bits) { return arith::ShRSIOp::create(b, v, ilit(bits)); }
  /// c[0] x^n + … + c[n], by Horner.
  Value polynomial(Value x, ArrayRef<float> c) {
    Value y = lit(c[0]);
    for (float v : c.drop_front())
      y = fma(y, x, lit(v));
    return y;
  }

  Value exp(Value x);
  Value log(Value x);
  Value tanh(Value x);
  Value erf(Value x);
};

/// e^x = 2^n e^r, n = round(x / ln 2), |r| <= ln 2 / 2; ln 2 in two parts
/// (Cody and Waite); e^r = 1 + r + r^2 q(r), q the polynomial of Cephes' expf.
/// The power of two is applied in two steps: n may exceed the exponent range by
/// one on either side.
Value F32::exp(Value x) {
  // Order matters: a NaN fails both comparisons and stays.
  x = select(less(x, lit(-104.0f)), lit(-104.0f), x);
  x = select(less(lit(89.0f), x), lit(89.0f), x);
  Value n = math::RoundEvenOp::create(b, mul(x, lit(1.44269504f)));
  Value r = fma(n, lit(-0.693145752f), x);
  r = fma(n, lit(-1.42860677e-6f), r);
  Value z = polynomial(
      r, {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f});
  Value p = add(fma(z, mul(r, r), r), lit(1.0f));
  Value i = toInt(n), half = sra(i, 1), rest = isub(i, half);
  auto power = [&](Value e) { return real(shl(iadd(e, ilit(127)), 23)); };
  return mul(mul(p, power(half)), power(rest));
}

/// x = 2^e m, m in [sqrt 1/2, sqrt 2): log x = e ln 2 + log m, the latter by
/// the polynomial of Cephes' logf.
Value F32::log(Value x) {
  Value tiny = less(x, lit(1.17549435e-38f)); // subnormal, zero or negative
  Value scaled = select(tiny, mul(x, lit(8388608.0f)), x);
  Value u = bits(scaled);
  Value e = isub(sra(u, 23), ilit(126));
  Value m = real(ior(iand(u, ilit(0x007fffff)), ilit(0x3f000000))); // [0.5, 1)
  Value low = less(m, lit(0.707106781f));
  e = isub(e, arith::ExtUIOp::create(b, like(b.getI32Type()), low));
  Value f = sub(select(low, add(m, m), m), lit(1.0f));
  Value k = sub(toReal(e), select(tiny, lit(23.0f), lit(0.0f)));
  Value z = mul(f, f);
  Value p = polynomial(f, {7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                           -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f});
  Value y = mul(mul(p, f), z);
  y = fma(k, lit(-2.12194440e-4f), y);
  y = fma(lit(-0.5f), z, y);
  Value result = fma(k, lit(0.693359375f), add(f, y));
  // Zero, infinity, negative numbers and NaN.
  float infinity = std::numeric_limits<float>::infinity();
  Value isZero = equal(x, lit(0.0f));
  Value isFinite = less(x, lit(infinity));
  Value negative = less(x, lit(0.0f));
  result = select(isFinite, result, x); // infinity and NaN pass
  result = select(isZero, lit(-infinity), result);
  return select(negative, lit(std::numeric_limits<float>::quiet_NaN()), result);
}

/// Near zero an odd polynomial (Cephes' tanhf); else 1 - 2 / (e^2|x| + 1).
Value F32::tanh(Value x) {
  Value a = abs(x), z = mul(x, x);
  Value p =
      polynomial(z, {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f});
  Value small = fma(mul(p, z), x, x);
  Value large = sub(lit(1.0f), div(lit(2.0f), add(exp(add(a, a)), lit(1.0f))));
  return select(less(a, lit(0.625f)), small, copySign(large, x));
}

/// Minimax polynomials by N. Juffa: odd near zero, else 1 - e^q(|x|).
Value F32::erf(Value x) {
  Value t = abs(x), s = mul(x, x);
  Value q = fma(lit(-1.72853470e-5f), t, lit(3.83197126e-4f));
  Value u = fma(lit(-3.88396438e-3f), t, lit(2.42546219e-2f));
  q = fma(q, s, u);
  for (float c : {-1.06777877e-1f, -6.34846687e-1f, -1.28717512e-1f})
    q = fma(q, t, lit(c));
  q = fma(q, t, sub(lit(0.0f), t));
  // Beyond 4 the result rounds to one; q would run into infinity minus infinity.
  q = select(less(lit(4.0f), t), lit(-104.0f), q);
  Value large = copySign(sub(lit(1.0f), exp(q)), x);
  Value p = polynomial(
      s, {-5.96761703e-4f, 4.99119423e-3f, -2.67681349e-2f, 1.12819925e-1f, -3.76125336e-1f, 1.28379166e-1f});
  return select(less(t, lit(0.927734375f)), fma(p, x, x), large);
}

/// Replaces an op on f32 by what `expand` builds of its operand.
template <typename Op, Value (F32::*expand)(Value)>
struct Expand : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    F32 f(op.getLoc(), rewriter, op.getType());
    rewriter.replaceOp(op, (f.*expand)(op.getOperand()));
    return success();
  }
};

struct ExpandF32Pass : gradus::impl::ExpandF32PassBase<ExpandF32Pass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<Expand<math::ExpOp, &F32::exp>, Expand<math::LogOp, &F32::log>, Expand<math::TanhOp, &F32::tanh>,
                 Expand<math::ErfOp, &F32::erf>>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

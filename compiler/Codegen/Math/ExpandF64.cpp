//===- ExpandF64.cpp - f64 math without a C library -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For targets that have none to call. Series long enough for f64: errors stay
// within a few ulp for arguments of the size that schedules and bias
// corrections have (sine and cosine: up to 1e5). Functions of f32 without an
// expansion of their own are computed in f64 as well.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Math/FloatArithmetic.h"
#include "compiler/Passes/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include <limits>

namespace gradus {
#define GEN_PASS_DEF_EXPANDF64PASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// f64 arithmetic on values of one type, scalar or vector.
struct F64 : FloatArithmetic {
  using FloatArithmetic::FloatArithmetic;
  Value lit(double v) { return constant(b.getF64Type(), b.getF64FloatAttr(v)); }
  Value ilit(int64_t v) { return constant(b.getI64Type(), b.getI64IntegerAttr(v)); }
  Value bits(Value x) { return arith::BitcastOp::create(b, like(b.getI64Type()), x); }
  Value real(Value x) { return arith::BitcastOp::create(b, like(b.getF64Type()), x); }
  Value toInt(Value x) { return arith::FPToSIOp::create(b, like(b.getI64Type()), x); }
  Value toReal(Value x) { return arith::SIToFPOp::create(b, like(b.getF64Type()), x); }
  Value polynomial(Value x, ArrayRef<double> c) {
    Value y = lit(c[0]);
    for (double v : c.drop_front())
      y = fma(y, x, lit(v));
    return y;
  }

  /// 2^n for n within the range of exponents.
  Value power(Value n) { return real(arith::ShLIOp::create(b, arith::AddIOp::create(b, n, ilit(1023)), ilit(52))); }

  /// e^x = 2^n e^r, n = round(x / ln 2); the Taylor series of e^r.
  Value exp(Value x) {
    x = select(less(x, lit(-746)), lit(-746), x);
    x = select(less(lit(710), x), lit(710), x);
    Value n = math::RoundEvenOp::create(b, mul(x, lit(1.4426950408889634)));
    Value r = fma(n, lit(-6.93147180369123816490e-01), x);
    r = fma(n, lit(-1.90821492927058770002e-10), r);
    SmallVector<double> c;
    double f = 1;
    for (int k = 0; k <= 13; f *= ++k)
      c.insert(c.begin(), 1 / f);
    Value p = polynomial(r, c);
    Value i = toInt(n), half = arith::ShRSIOp::create(b, i, ilit(1));
    return mul(mul(p, power(half)), power(arith::SubIOp::create(b, i, half)));
  }

  /// x = 2^e m, m in [sqrt 1/2, sqrt 2): log m = 2 artanh((m - 1) / (m + 1)).
  Value log(Value x) {
    Value tiny = less(x, lit(2.2250738585072014e-308));
    Value u = bits(select(tiny, mul(x, lit(0x1p54)), x));
    Value e = arith::SubIOp::create(b, arith::ShRSIOp::create(b, u, ilit(52)), ilit(1022));
    Value m =
        real(arith::OrIOp::create(b, arith::AndIOp::create(b, u, ilit(0x000fffffffffffff)), ilit(0x3fe0000000000000)));
    Value low = less(m, lit(0.70710678118654752));
    e = arith::SubIOp::create(b, e, arith::ExtUIOp::create(b, like(b.getI64Type()), low));
    Value f = sub(select(low, add(m, m), m), lit(1));
    Value k = sub(toReal(e), select(tiny, lit(54), lit(0)));
    Value s = div(f, add(f, lit(2))), z = mul(s, s);
    SmallVector<double> c;
    for (int i = 21; i >= 1; i -= 2)
      c.push_back(2.0 / i);
    Value y = fma(k, lit(1.90821492927058770002e-10), mul(s, polynomial(z, c)));
    Value result = fma(k, lit(6.93147180369123816490e-01), y);
    double infinity = std::numeric_limits<double>::infinity();
    result = select(less(x, lit(infinity)), result, x);
    result = select(equal(x, lit(0)), lit(-infinity), result);
    return select(less(x, lit(0)), lit(std::numeric_limits<double>::quiet_NaN()), result);
  }

  /// x^y = e^(y log |x|); negative for x < 0 and y odd, NaN for x < 0 and y no integer; x^0 = 1.
  Value pow(Value x, Value y) {
    Value size = exp(mul(y, log(math::AbsFOp::create(b, x))));
    Value half = mul(y, lit(0.5));
    Value isInteger = equal(y, math::RoundEvenOp::create(b, y));
    Value isEven = equal(half, math::RoundEvenOp::create(b, half));
    Value ofNegative = select(isEven, size, sub(lit(0), size));
    ofNegative = select(isInteger, ofNegative, lit(std::numeric_limits<double>::quiet_NaN()));
    return select(equal(y, lit(0)), lit(1), select(less(x, lit(0)), ofNegative, size));
  }

  /// sin(x + quarters * pi / 2), by Taylor series around multiples of pi / 2.
  Value sine(Value x, int64_t quarters) {
    Value q = math::RoundEvenOp::create(b, mul(x, lit(0.63661977236758134)));
    Value r = fma(q, lit(-1.5707963267948966), x);
    r = fma(q, lit(-6.123233995736766e-17), r);
    Value n = arith::AddIOp::create(b, toInt(q), ilit(quarters)), z = mul(r, r);
    auto series = [&](int first) { // r^first / first! - r^(first+2) / (first+2)! + …, over r^first
      SmallVector<double> c;
      double f = 1, sign = 1;
      for (int k = 1; k <= first; ++k)
        f *= k;
      for (int k = first; k <= 19; k += 2) {
        c.insert(c.begin(), sign / f);
        f *= (k + 1) * (k + 2);
        sign = -sign;
      }
      return polynomial(z, c);
    };
    Value odd = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, arith::AndIOp::create(b, n, ilit(1)), ilit(0));
    Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, arith::AndIOp::create(b, n, ilit(2)), ilit(0));
    Value y = select(odd, series(0), mul(r, series(1)));
    return select(negative, sub(lit(0), y), y);
  }
  Value sin(Value x) { return sine(x, 0); }
  Value cos(Value x) { return sine(x, 1); }

  /// 1 - 2 / (e^2|x| + 1) with the sign of x; near zero its series.
  Value tanh(Value x) {
    Value a = math::AbsFOp::create(b, x), z = mul(x, x);
    Value near = mul(x, polynomial(z, {-929569.0 / 638512875, 21844.0 / 6081075, -1382.0 / 155925, 62.0 / 2835,
                                       -17.0 / 315, 2.0 / 15, -1.0 / 3, 1}));
    Value far = sub(lit(1), div(lit(2), add(exp(add(a, a)), lit(1))));
    return select(less(a, lit(0.1)), near, math::CopySignOp::create(b, far, x));
  }

  /// Below 2 the series e^(-x^2) 2 x / sqrt(pi) (1 + 2 x^2 / 3 (1 + 2 x^2 / 5 (…))), whose terms are all positive;
  /// beyond, 1 - e^(-x^2) / sqrt(pi) times Laplace's continued fraction 1 / (x + 1/2 / (x + 1 / (x + 3/2 / …)))
  /// (Abramowitz and Stegun 7.1.6, 7.1.14), from its 44th level up as one quotient. From 6 on it is 1.
  Value erf(Value x) {
    Value a = math::AbsFOp::create(b, x), z, e, t, sum, p, q;
    a = select(less(lit(6), a), lit(6), a);
    z = mul(a, a);
    e = exp(sub(lit(0), z));
    t = add(z, z);
    sum = lit(1);
    for (int n = 30; n >= 1; --n)
      sum = fma(mul(t, lit(1.0 / (2 * n + 1))), sum, lit(1));
    Value near = mul(mul(mul(lit(1.1283791670955126), a), e), sum);
    p = lit(1);
    q = a;
    for (int k = 44; k >= 1; --k) {
      Value next = fma(a, q, mul(lit(0.5 * k), p));
      p = q;
      q = next;
    }
    Value far = sub(lit(1), mul(mul(e, lit(0.56418958354775629)), div(p, q)));
    return math::CopySignOp::create(b, select(less(a, lit(2)), near, far), x);
  }
};

/// Computes an op in f64, whatever its own type.
template <typename Op>
struct Expand : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getType());
    if (!element.isF64() && !element.isF32())
      return rewriter.notifyMatchFailure(op, "neither f32 nor f64");
    F64 f(op.getLoc(), rewriter, op.getType());
    f.type = f.like(rewriter.getF64Type());
    SmallVector<Value> in;
    for (Value v : op->getOperands())
      in.push_back(element.isF64() ? v : Value(arith::ExtFOp::create(f.b, f.type, v)));
    Value y = compute(f, op, in);
    rewriter.replaceOp(op, element.isF64() ? y : Value(arith::TruncFOp::create(f.b, op.getType(), y)));
    return success();
  }
  static Value compute(F64 &f, math::ExpOp, ArrayRef<Value> in) { return f.exp(in[0]); }
  static Value compute(F64 &f, math::LogOp, ArrayRef<Value> in) { return f.log(in[0]); }
  static Value compute(F64 &f, math::PowFOp, ArrayRef<Value> in) { return f.pow(in[0], in[1]); }
  static Value compute(F64 &f, math::SinOp, ArrayRef<Value> in) { return f.sin(in[0]); }
  static Value compute(F64 &f, math::CosOp, ArrayRef<Value> in) { return f.cos(in[0]); }
  static Value compute(F64 &f, math::TanhOp, ArrayRef<Value> in) { return f.tanh(in[0]); }
  static Value compute(F64 &f, math::ErfOp, ArrayRef<Value> in) { return f.erf(in[0]); }
};

struct ExpandF64Pass : gradus::impl::ExpandF64PassBase<ExpandF64Pass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<Expand<math::ExpOp>, Expand<math::LogOp>, Expand<math::PowFOp>, Expand<math::SinOp>,
                 Expand<math::CosOp>, Expand<math::TanhOp>, Expand<math::ErfOp>>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    getOperation()->walk([&](math::IPowIOp op) {
      op.emitError() << "a power of integers cannot be computed on this target; cast to f32";
      signalPassFailure();
      return WalkResult::interrupt();
    });
  }
};

} // namespace

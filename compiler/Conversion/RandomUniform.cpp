//===- RandomUniform.cpp - Counter-based random numbers as arith ops ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/RandomUniform.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

/// First word of Philox4x32-10 as i32 arithmetic (Salmon et al., SC'11).
static Value philox(ImplicitLocOpBuilder &b, SmallVector<Value, 4> c, Value k0, Value k1) {
  Type i32 = b.getI32Type();
  auto lit = [&](uint32_t v) -> Value { return arith::ConstantOp::create(b, b.getIntegerAttr(i32, APInt(32, v))); };
  for (int round = 0; round < 10; ++round) {
    auto p0 = arith::MulUIExtendedOp::create(b, c[0], lit(0xD2511F53u));
    auto p1 = arith::MulUIExtendedOp::create(b, c[2], lit(0xCD9E8D57u));
    Value n0 = arith::XOrIOp::create(b, arith::XOrIOp::create(b, p1.getHigh(), c[1]), k0);
    Value n2 = arith::XOrIOp::create(b, arith::XOrIOp::create(b, p0.getHigh(), c[3]), k1);
    c = {n0, p1.getLow(), n2, p0.getLow()};
    k0 = arith::AddIOp::create(b, k0, lit(0x9E3779B9u));
    k1 = arith::AddIOp::create(b, k1, lit(0xBB67AE85u));
  }
  return c[0];
}

Value gradus::randomUniform(OpBuilder &builder, Location loc, Value seed, Value step, int64_t stream, Value element,
                            Type type) {
  ImplicitLocOpBuilder b(loc, builder);
  auto low = [&](Value v) -> Value { return arith::TruncIOp::create(b, b.getI32Type(), v); };
  auto high = [&](Value v) -> Value {
    Value shift = arith::ConstantOp::create(b, b.getI64IntegerAttr(32));
    return low(arith::ShRUIOp::create(b, v, shift));
  };
  Value streamWord = arith::ConstantOp::create(b, b.getI32IntegerAttr(stream));
  Value word = philox(b, {low(element), arith::XOrIOp::create(b, high(element), streamWord), low(step), high(step)},
                      low(seed), high(seed));
  // The upper 24 bits: as many as an f32 holds.
  Value eight = arith::ConstantOp::create(b, b.getI32IntegerAttr(8));
  Value bits = arith::ShRUIOp::create(b, word, eight);
  Value real = arith::UIToFPOp::create(b, type, bits);
  Value scale = arith::ConstantOp::create(b, b.getFloatAttr(type, 0x1p-24));
  return arith::MulFOp::create(b, real, scale);
}

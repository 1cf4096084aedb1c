//===- LoopBuilder.cpp - Index arithmetic, conditions and loops -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/LoopBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using gradus::LoopBuilder;

Value LoopBuilder::index(int64_t v) { return arith::ConstantIndexOp::create(b, v); }

Value LoopBuilder::add(Value lhs, Value rhs) { return arith::AddIOp::create(b, lhs, rhs); }

Value LoopBuilder::add(Value lhs, int64_t rhs) { return rhs == 0 ? lhs : add(lhs, index(rhs)); }

Value LoopBuilder::sub(Value lhs, Value rhs) { return arith::SubIOp::create(b, lhs, rhs); }

Value LoopBuilder::mul(Value lhs, int64_t rhs) {
  if (rhs == 1)
    return lhs;
  return arith::MulIOp::create(b, lhs, index(rhs));
}

Value LoopBuilder::div(Value lhs, Value rhs) { return arith::DivUIOp::create(b, lhs, rhs); }

Value LoopBuilder::div(Value lhs, int64_t rhs) { return rhs == 1 ? lhs : div(lhs, index(rhs)); }

Value LoopBuilder::rem(Value lhs, Value rhs) { return arith::RemUIOp::create(b, lhs, rhs); }

Value LoopBuilder::rem(Value lhs, int64_t rhs) { return rhs == 1 ? index(0) : rem(lhs, index(rhs)); }

Value LoopBuilder::min(Value lhs, int64_t rhs) { return arith::MinUIOp::create(b, lhs, index(rhs)); }

Value LoopBuilder::less(Value lhs, int64_t rhs) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, lhs, index(rhs));
}

Value LoopBuilder::equal(Value lhs, int64_t rhs) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, lhs, index(rhs));
}

Value LoopBuilder::both(Value lhs, Value rhs) {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  return arith::AndIOp::create(b, lhs, rhs);
}

SmallVector<Value> LoopBuilder::delinearize(Value linear, ArrayRef<int64_t> sizes) {
  SmallVector<Value> indices(sizes.size());
  for (int64_t i = sizes.size() - 1; i > 0; --i) {
    indices[i] = rem(linear, sizes[i]);
    linear = div(linear, sizes[i]);
  }
  if (!sizes.empty())
    indices[0] = linear;
  return indices;
}

void LoopBuilder::when(Value condition, function_ref<void()> body) {
  if (!condition) {
    body();
    return;
  }
  auto ifOp = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  body();
}

void LoopBuilder::loop(Value lo, Value hi, Value step, function_ref<void(Value)> body) {
  loop(lo, hi, step, {}, [&](Value i, ValueRange) -> SmallVector<Value> {
    body(i);
    return {};
  });
}

SmallVector<Value> LoopBuilder::loop(Value lo, Value hi, Value step, ValueRange init,
                                     function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto forOp = scf::ForOp::create(b, lo, hi, step, init);
  OpBuilder::InsertionGuard guard(b);
  // Without carried values the loop has its terminator already.
  if (init.empty())
    b.setInsertionPoint(forOp.getBody()->getTerminator());
  else
    b.setInsertionPointToStart(forOp.getBody());
  SmallVector<Value> next = body(forOp.getInductionVar(), forOp.getRegionIterArgs());
  if (!init.empty())
    scf::YieldOp::create(b, next);
  return SmallVector<Value>(forOp.getResults());
}

//===- LongSum.cpp - Sums of many terms, in blocks ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/LongSum.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace gradus;

CompensatedTotal CompensatedTotal::plus(ImplicitLocOpBuilder &b, Value term) const {
  // Knuth's TwoSum: what `next` lacks of total + term, exactly, whichever is larger.
  Value next = arith::AddFOp::create(b, total, term);
  Value added = arith::SubFOp::create(b, next, total);
  Value kept = arith::SubFOp::create(b, next, added);
  Value ofTerm = arith::SubFOp::create(b, term, added);
  Value ofTotal = arith::SubFOp::create(b, total, kept);
  Value error = arith::AddFOp::create(b, ofTerm, ofTotal);
  return {next, arith::AddFOp::create(b, lost, error)};
}

Value CompensatedTotal::result(ImplicitLocOpBuilder &b) const {
  Value sum = arith::AddFOp::create(b, total, lost);
  // Infinity less infinity is NaN: then nothing was lost that counts.
  Value isNumber = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, lost, lost);
  return arith::SelectOp::create(b, isNumber, sum, total);
}

SmallVector<Value> gradus::reduceInBlocks(LoopBuilder &l, int64_t count, int64_t depth, ValueRange identities,
                                          function_ref<SmallVector<Value>(Value, Value)> reduceBlock,
                                          function_ref<Value(size_t, Value, Value)> combine) {
  // All results so far, then what each has lost.
  size_t n = identities.size();
  SmallVector<Value> carried(identities);
  llvm::append_range(carried, identities);
  SmallVector<bool> isRounded(n, true);
  auto addBlock = [&](ValueRange so, Value begin, Value end) {
    SmallVector<Value> next(so), block = reduceBlock(begin, end);
    for (size_t i = 0; i < n; ++i) {
      if (Value combined = combine ? combine(i, so[i], block[i]) : Value()) {
        isRounded[i] = false;
        next[i] = combined;
        continue;
      }
      CompensatedTotal total = CompensatedTotal{so[i], so[n + i]}.plus(l.b, block[i]);
      next[i] = total.total;
      next[n + i] = total.lost;
    }
    return next;
  };
  int64_t full = count / depth * depth;
  carried = l.loop(l.index(0), l.index(full), l.index(depth), carried,
                   [&](Value begin, ValueRange values) { return addBlock(values, begin, l.add(begin, depth)); });
  if (count > full)
    carried = addBlock(carried, l.index(full), l.index(count));
  SmallVector<Value> results;
  for (size_t i = 0; i < n; ++i)
    results.push_back(isRounded[i] ? CompensatedTotal{carried[i], carried[n + i]}.result(l.b) : carried[i]);
  return results;
}

bool gradus::isRoundedSum(linalg::GenericOp reduction) {
  Operation *sum = reduction.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  return isa_and_nonnull<arith::AddFOp>(sum) && getElementTypeOrSelf(reduction.getResult(0).getType()).isF32();
}

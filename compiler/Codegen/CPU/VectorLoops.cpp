//===- VectorLoops.cpp - Walking tensors in vectors with a masked tail ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/VectorLoops.h"
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/Body/LongSum.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using gradus::cpu::VectorLoops;

SmallVector<Value> VectorLoops::masked(int64_t count, function_ref<SmallVector<Value>()> body) {
  evaluator.newScope();
  evaluator.setMask(evaluator.firstLanes(count));
  SmallVector<Value> result = body();
  evaluator.setMask({});
  evaluator.newScope();
  return result;
}

/// `prefix` and one more index.
static SmallVector<Value> append(ArrayRef<Value> prefix, Value index) {
  SmallVector<Value> indices(prefix);
  indices.push_back(index);
  return indices;
}

SmallVector<Value> VectorLoops::walk(ArrayRef<int64_t> sizes, ArrayRef<Value> prefix, ValueRange init,
                                     function_ref<SmallVector<Value>(ArrayRef<Value>, ValueRange)> body) {
  if (sizes.size() > 1)
    return loop(index(0), index(sizes[0]), 1, init, [&](Value i, ValueRange carried) {
      return walk(sizes.drop_front(), append(prefix, i), carried, body);
    });
  int64_t full = sizes[0] / width * width, rest = sizes[0] - full;
  SmallVector<Value> carried(init);
  if (full)
    carried = loop(index(0), index(full), width, carried,
                   [&](Value i, ValueRange inner) { return body(append(prefix, i), inner); });
  if (rest)
    carried = masked(rest, [&] { return body(append(prefix, index(full)), carried); });
  return carried;
}

/// The steps that visiting a box takes; a step is `stepSize` elements of the last
/// dimension.
static int64_t stepsOf(ArrayRef<int64_t> sizes, int64_t stepSize) {
  return llvm::product_of(sizes.drop_back()) * llvm::divideCeil(sizes.back(), stepSize);
}

SmallVector<Value>
VectorLoops::walkBlocks(ArrayRef<int64_t> sizes, int64_t stepSize, ArrayRef<Value> prefix, ValueRange init,
                        function_ref<SmallVector<Value>(ArrayRef<Value>, Value, ArrayRef<int64_t>, ValueRange)> body) {
  int64_t inner = sizes.size() > 1 ? stepsOf(sizes.drop_front(), stepSize) : 1;
  if (inner > kBlockTerms)
    return loop(index(0), index(sizes[0]), 1, init, [&](Value i, ValueRange carried) {
      return walkBlocks(sizes.drop_front(), stepSize, append(prefix, i), carried, body);
    });
  // The first dimension is cut.
  int64_t count = kBlockTerms / inner * (sizes.size() > 1 ? 1 : stepSize), full = sizes[0] / count * count;
  SmallVector<int64_t> shape(sizes);
  SmallVector<Value> carried(init);
  shape[0] = count;
  if (full)
    carried = loop(index(0), index(full), count, carried,
                   [&](Value first, ValueRange values) { return body(prefix, first, shape, values); });
  shape[0] = sizes[0] - full;
  return shape[0] ? body(prefix, index(full), shape, carried) : carried;
}

void VectorLoops::loopOverVectors(ArrayRef<int64_t> sizes, function_ref<void(ArrayRef<Value>)> body) {
  int64_t n = sizes.back(), vectors = llvm::divideCeil(n, width);
  SmallVector<int64_t> items(sizes);
  items.back() = vectors;
  setWorkItems(llvm::product_of(items));
  loop(begin(), end(), 1, [&](Value item) {
    SmallVector<Value> first = delinearize(item, items);
    Value vector = first.back();
    first.back() = mul(vector, width);
    if (n % width == 0)
      return body(first);
    ifElse(equal(vector, vectors - 1), [&](bool isLast) {
      if (isLast)
        evaluator.setMask(evaluator.firstLanes(n % width));
      body(first);
      evaluator.setMask({});
    });
  });
}

Value VectorLoops::identityVector(linalg::GenericOp reduction) {
  TypedAttr identity = identityOf(reduction);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(evaluator.vectorOf(identity.getType()), identity));
}

Value VectorLoops::accumulate(linalg::GenericOp reduction, Value accumulator, Value v) {
  Value next = evaluator.body(reduction, {evaluator.broadcast(v), accumulator}, Position());
  if (Value mask = evaluator.getMask())
    next = arith::SelectOp::create(b, mask, next, accumulator);
  return next;
}

Value VectorLoops::combineLanes(linalg::GenericOp reduction, Value v) {
  auto slice = [&](int64_t offset, int64_t size) -> Value {
    return vector::ExtractStridedSliceOp::create(b, v, ArrayRef(offset), ArrayRef(size), ArrayRef<int64_t>{1});
  };
  for (int64_t n = width / 2; n >= 1; n /= 2) {
    Value low = slice(0, n), high = slice(n, n);
    v = evaluator.body(reduction, {high, low}, Position());
  }
  return vector::ExtractOp::create(b, v, ArrayRef<int64_t>{0});
}

void VectorLoops::release(ArrayRef<linalg::GenericOp> reductions) {
  for (linalg::GenericOp reduction : reductions)
    evaluator.release(reduction.getResult(0));
}

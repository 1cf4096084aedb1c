//===- CPUEmitElementwise.cpp - Kernels without reductions ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/CPU/VectorLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

/// Vectors per work item: enough that counting items costs little, few enough that
/// small tensors still make several.
static constexpr int64_t kVectorsPerItem = 16;

/// All elements as one row.
static void emitFlat(rt::KernelOp kernel, VectorTarget target, int64_t total) {
  VectorLoops e(kernel, target, /*flat=*/true);
  int64_t perItem = kVectorsPerItem * e.width, full = total / e.width * e.width;
  e.setWorkItems(llvm::divideCeil(total, perItem));
  auto storeAt = [&](Value i) { e.evaluator.storeAll(e.yields(), e.resultBuffers(), Position::vector({i})); };
  // Only the very last elements of the tensor need a mask.
  Value lo = e.mul(e.begin(), perItem), hi = e.mul(e.end(), perItem);
  e.loop(lo, e.min(hi, full), e.width, storeAt);
  if (full == total)
    return;
  Value hasTail = arith::CmpIOp::create(e.b, arith::CmpIPredicate::ugt, hi, e.index(full));
  e.when(hasTail, [&] {
    e.masked(total - full, [&]() -> SmallVector<Value> {
      storeAt(e.index(full));
      return {};
    });
  });
}

/// How many dimensions of `shape` say which work item: the others are as many vectors as an item should have.
static int64_t rowSplit(ArrayRef<int64_t> shape, VectorTarget target) {
  if (shape.empty())
    return 0;
  int64_t split = shape.size() - 1, vectors = llvm::divideCeil(shape.back(), target.lanes(/*elementBytes=*/4));
  while (split > 1 && vectors * shape[split - 1] <= kVectorsPerItem)
    vectors *= shape[--split];
  return split;
}

void gradus::cpu::emitElementwise(rt::KernelOp kernel, VectorTarget target) {
  ArrayRef<int64_t> shape = shapeOf(kernel.getBody().front().getTerminator()->getOperand(0));
  if (isFlat(kernel))
    emitFlat(kernel, target, llvm::product_of(shape));
  else
    emitRows(kernel, target, shape, rowSplit(shape, target));
}

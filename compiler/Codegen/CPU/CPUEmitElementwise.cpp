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

void gradus::cpu::emitElementwise(rt::KernelOp kernel, VectorTarget target) {
  ArrayRef<int64_t> shape = shapeOf(kernel.getBody().front().getTerminator()->getOperand(0));
  if (isFlat(kernel))
    emitFlat(kernel, target, llvm::product_of(shape));
  else
    emitRows(kernel, target, shape, shape.empty() ? 0 : shape.size() - 1);
}

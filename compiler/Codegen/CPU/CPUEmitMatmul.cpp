//===- CPUEmitMatmul.cpp - What the CPU's matmul emitters share -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/CPUMatmul.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

static Type elementOf(linalg::GenericOp op) { return getElementTypeOrSelf(op.getResult(0).getType()); }

MatmulPlan gradus::cpu::planOf(rt::KernelOp kernel, const VectorTarget &target) {
  linalg::GenericOp op = firstReduction(kernel);
  MatmulLoops loops = matmulLoopsOf(op);
  int64_t bytes = byteSize(elementOf(op));
  return planMatmul({loops.batches(), loops.m, loops.n, loops.k, target.lanes(bytes), bytes, loops.transposedLhs,
                     loops.transposedRhs, loops.readsThroughMap()},
                    target);
}

CPUMatmul::CPUMatmul(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan)
    : CPUKernel(kernel, target, byteSize(elementOf(firstReduction(kernel)))), op(firstReduction(kernel)),
      loops(matmulLoopsOf(op)), plan(plan), element(elementOf(op)), lhs(bufferOf(op.getDpsInputs()[0])),
      rhs(bufferOf(op.getDpsInputs()[1])) {}

void CPUMatmul::tileSizes(Value i, int64_t size, int64_t tile, function_ref<void(int64_t)> body) {
  int64_t edge = size % tile, count = llvm::divideCeil(size, tile);
  if (edge == 0 || count == 1)
    return body(edge ? edge : tile);
  ifElse(equal(i, count - 1), [&](bool isLast) { body(isLast ? edge : tile); });
}

SmallVector<Value> CPUMatmul::indices(ArrayRef<Value> batch, Value row, Value column, bool transposed) {
  SmallVector<Value> all(batch);
  all.push_back(transposed ? column : row);
  all.push_back(transposed ? row : column);
  return all;
}

Value CPUMatmul::zeros() { return arith::ConstantOp::create(b, b.getZeroAttr(evaluator.vectorOf(element))); }

void CPUMatmul::emitEpilogue(KernelEvaluator &epilogue, Value sums, ArrayRef<Value> batch, Value row, Value column) {
  epilogue.fix(op.getResult(0), sums);
  epilogue.storeAll(yields(), resultBuffers(), Position::vector(indices(batch, row, column)));
  epilogue.release(op.getResult(0));
}

void gradus::cpu::emitMatmul(rt::KernelOp kernel, VectorTarget target) {
  MatmulPlan plan = planOf(kernel, target);
  switch (plan.method) {
  case MatmulPlan::Method::Direct:
    return emitOuterProducts(kernel, target, plan);
  case MatmulPlan::Method::Packed:
    return emitPackedMatmul(kernel, target, plan);
  case MatmulPlan::Method::Dot:
    return emitDotProducts(kernel, target, plan);
  }
}

//===- GPUEmitElementwise.cpp - A thread per four elements ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/GPUEmit.h"
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

/// Threads of a block, and elements of a thread: of f32, one access of 16
/// bytes.
static constexpr int64_t kThreads = 256, kLanes = 4;

void gradus::gpu::emitElementwise(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  bool flat = isFlat(kernel);
  GPUKernel k(kernel, module, target, flat);
  ArrayRef<int64_t> shape = shapeOf(k.yields()[0]);
  int64_t total = llvm::product_of(shape), perThread = flat ? kLanes : 1;
  k.setLaunch(llvm::divideCeil(total, kThreads * perThread), kThreads);
  KernelEvaluator evaluator(k.b, k.entry(), kLanes);
  evaluator.setAlignment(target.maxAccessBytes);
  k.bindArguments(evaluator);
  Value linear = k.add(k.mul(k.block(), kThreads), k.thread());
  auto store = [&](const Position &p) {
    evaluator.newScope();
    evaluator.storeAll(k.yields(), k.resultBuffers(), p);
    evaluator.newScope();
  };
  if (!flat) {
    k.when(k.less(linear, total), [&] { store(Position::scalar(k.delinearize(linear, shape))); });
    return;
  }
  // Accesses of 16 bytes; the last elements one by one.
  int64_t full = total / kLanes * kLanes;
  Value first = k.mul(linear, kLanes);
  if (full)
    k.when(k.less(first, full), [&] { store(Position::vector({first})); });
  if (total > full)
    k.when(k.less(linear, total - full), [&] { store(Position::scalar({k.add(linear, full)})); });
}

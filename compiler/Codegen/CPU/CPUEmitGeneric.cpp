//===- CPUEmitGeneric.cpp - Kernels without a loop structure of ours ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/BufferizeKernel.h"
#include "compiler/Codegen/CPU/CPUEmit.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

LogicalResult gradus::cpu::emitGeneric(rt::KernelOp kernel, VectorTarget target) {
  CPUKernel k(kernel, target);
  k.setWorkItems(1);
  FailureOr<BufferizedKernel> body = bufferizeKernel(kernel, k.function, k.b, k.scratch());
  if (failed(body))
    return failure();
  k.setScratchBytes(body->scratchBytes);
  IRRewriter rewriter(kernel.getContext());
  for (linalg::LinalgOp op : body->ops) {
    rewriter.setInsertionPoint(op);
    if (failed(linalg::linalgOpToLoops(rewriter, op)))
      return op->emitError("has no loops");
    rewriter.eraseOp(op);
  }
  return success();
}

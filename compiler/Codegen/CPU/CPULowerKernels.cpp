//===- LowerKernels.cpp - rt.kernels to functions of loops over vectors ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/Emit.h"
#include "compiler/Codegen/Body/BufferizeKernel.h"
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Passes/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace gradus {
#define GEN_PASS_DEF_CPULOWERKERNELSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

KernelFunction::KernelFunction(rt::KernelOp kernel, VectorTarget target, bool flat)
    : kernel(kernel), target(target), b(kernel.getLoc(), kernel.getContext()) {
  SmallVector<Type> types = bufferTypes(kernel, flat);
  types.append({b.getIndexType(), b.getIndexType(), MemRefType::get({0}, b.getI8Type())});
  b.setInsertionPoint(kernel);
  function = func::FuncOp::create(b, (kernel.getSymName() + ".function").str(), b.getFunctionType(types, {}));
  for (NamedAttribute attr : kernel->getDiscardableAttrs())
    function->setAttr(attr.getName(), attr.getValue());
  Block *block = function.addEntryBlock();
  b.setInsertionPointToStart(block);
  func::ReturnOp::create(b);
  b.setInsertionPointToStart(block);
}

void KernelFunction::bindArguments(KernelEvaluator &evaluator) {
  for (auto [i, argument] : llvm::enumerate(kernel.getBody().getArguments()))
    evaluator.bind(argument, argumentBuffer(i));
}

void KernelFunction::setUnits(int64_t units) { function->setAttr(rt::kUnitsAttr, b.getI64IntegerAttr(units)); }

void KernelFunction::setScratchBytes(int64_t bytes) {
  auto type = MemRefType::get({bytes}, b.getI8Type());
  scratch().setType(type);
  SmallVector<Type> types(function.getArgumentTypes());
  types.back() = type;
  function.setFunctionType(b.getFunctionType(types, {}));
}

LogicalResult gradus::cpu::emitGeneric(rt::KernelOp kernel, VectorTarget target) {
  KernelFunction k(kernel, target);
  k.setUnits(1);
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

namespace {

struct CPULowerKernelsPass : gradus::impl::CPULowerKernelsPassBase<CPULowerKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    VectorTarget target{vectorBytes, registers};
    SmallVector<rt::KernelOp> kernels(getOperation().getOps<rt::KernelOp>());
    for (rt::KernelOp kernel : kernels) {
      if (failed(verifyStorable(kernel, /*onGPU=*/false)))
        return signalPassFailure();
      switch (kernel.getKind()) {
      case rt::KernelKind::Elementwise:
        emitElementwise(kernel, target);
        break;
      case rt::KernelKind::Row:
        emitRow(kernel, target);
        break;
      case rt::KernelKind::Column:
        emitColumn(kernel, target);
        break;
      case rt::KernelKind::Matmul:
        emitMatmul(kernel, target);
        break;
      case rt::KernelKind::Generic:
        if (failed(emitGeneric(kernel, target)))
          return signalPassFailure();
        break;
      }
      // Launches name the function from now on.
      auto function = cast<func::FuncOp>(kernel->getPrevNode());
      StringAttr name = kernel.getSymNameAttr();
      kernel.erase();
      function.setSymNameAttr(name);
    }
  }
};

} // namespace

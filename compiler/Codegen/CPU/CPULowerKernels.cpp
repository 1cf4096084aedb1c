//===- CPULowerKernels.cpp - rt.kernels to functions of vector loops -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/CPU/CPUEmit.h"
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

namespace {

struct CPULowerKernelsPass : gradus::impl::CPULowerKernelsPassBase<CPULowerKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    VectorTarget target{vectorBytes, registers};
    SmallVector<rt::KernelOp> kernels(getOperation().getOps<rt::KernelOp>());
    for (rt::KernelOp kernel : kernels) {
      if (failed(verifyStorable(kernel, /*onGPU=*/false)) || failed(verifyBody(kernel)))
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
      case rt::KernelKind::Scatter:
        emitScatter(kernel, target);
        break;
      case rt::KernelKind::Generic:
        if (failed(emitGeneric(kernel, target)))
          return signalPassFailure();
        break;
      }
      // The function takes the kernel's name, so that launches call it.
      auto function = cast<func::FuncOp>(kernel->getPrevNode());
      StringAttr name = kernel.getSymNameAttr();
      kernel.erase();
      function.setSymNameAttr(name);
    }
  }
};

} // namespace

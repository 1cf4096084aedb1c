//===- GPULowerKernels.cpp - rt.kernels to GPU functions ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/GPU/GPUEmit.h"
#include "compiler/Passes/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace gradus {
#define GEN_PASS_DEF_GPULOWERKERNELSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

/// Adds the GPU function of `kernel` to `module`. Fails, with an error.
static LogicalResult emitKernel(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  switch (kernel.getKind()) {
  case rt::KernelKind::Elementwise:
    emitElementwise(kernel, module, target);
    return success();
  case rt::KernelKind::Row:
    emitRow(kernel, module, target);
    return success();
  case rt::KernelKind::Column:
    emitColumn(kernel, module, target);
    return success();
  case rt::KernelKind::Matmul:
    if (target.tensorCores && fitsTensorCores(kernel))
      emitTensorCoreMatmul(kernel, module, target);
    else
      emitSimtMatmul(kernel, module, target);
    return success();
  case rt::KernelKind::Scatter:
  case rt::KernelKind::Generic:
    return emitGeneric(kernel, module, target);
  }
  llvm_unreachable("all kinds are listed");
}

/// Moves the constants that bufferization put beside the GPU module into it.
static void moveGlobals(ModuleOp module, mlir::gpu::GPUModuleOp kernels) {
  SymbolTable inside(kernels);
  kernels.walk([&](memref::GetGlobalOp op) {
    auto global = module.lookupSymbol<memref::GlobalOp>(op.getName());
    if (!global || inside.lookup(op.getName()))
      return;
    OpBuilder b = OpBuilder::atBlockBegin(kernels.getBody());
    inside.insert(b.clone(*global), kernels.getBody()->begin());
  });
  for (auto global : llvm::make_early_inc_range(module.getOps<memref::GlobalOp>()))
    global.erase();
}

/// Makes launches call the functions; as labels they keep the names of kernels.
static void updateLaunches(ModuleOp module, mlir::gpu::GPUModuleOp kernels) {
  llvm::StringMap<mlir::gpu::GPUFuncOp> functions;
  for (auto function : kernels.getOps<mlir::gpu::GPUFuncOp>())
    functions[function->getAttrOfType<StringAttr>(rt::kNameAttr).getValue()] = function;
  module.walk([&](rt::LaunchOp launch) {
    auto function = functions.find(launch.getKernelName());
    if (function == functions.end())
      return;
    launch.setLabel(launch.getName());
    launch.setKernelAttr(SymbolRefAttr::get(kernels.getSymNameAttr(), FlatSymbolRefAttr::get(function->second)));
  });
}

namespace {

struct GPULowerKernelsPass : gradus::impl::GPULowerKernelsPassBase<GPULowerKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<GPUTarget> target = gpuTargetOrError(chip, module);
    if (failed(target))
      return signalPassFailure();
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    auto kernels = mlir::gpu::GPUModuleOp::create(b, module.getLoc(), "kernels");
    for (rt::KernelOp kernel : llvm::make_early_inc_range(module.getOps<rt::KernelOp>())) {
      if (failed(verifyStorable(kernel, /*onGPU=*/true)) || failed(verifyBody(kernel)) ||
          failed(emitKernel(kernel, kernels, *target)))
        return signalPassFailure();
      auto function = cast<mlir::gpu::GPUFuncOp>(kernels.getBody()->back());
      int64_t blocks = rt::getConfig<rt::GPULaunchAttr>(function).getBlocks();
      if (blocks > target->maxBlocks) {
        kernel.emitError() << "needs " << blocks << " blocks, more than a GPU launches at once; use a smaller batch";
        return signalPassFailure();
      }
      kernel.erase();
    }
    moveGlobals(module, kernels);
    updateLaunches(module, kernels);
  }
};

} // namespace

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
#include <limits>

namespace gradus {
#define GEN_PASS_DEF_GPULOWERKERNELSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

/// Constants that bufferization put beside the GPU module belong inside.
static void adoptGlobals(ModuleOp module, mlir::gpu::GPUModuleOp kernels) {
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

namespace {

struct GPULowerKernelsPass : gradus::impl::GPULowerKernelsPassBase<GPULowerKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    auto kernels = mlir::gpu::GPUModuleOp::create(b, module.getLoc(), "kernels");
    for (rt::KernelOp kernel : llvm::make_early_inc_range(module.getOps<rt::KernelOp>())) {
      if (failed(verifyStorable(kernel, /*onGPU=*/true)))
        return signalPassFailure();
      switch (kernel.getKind()) {
      case rt::KernelKind::Elementwise:
        gradus::gpu::emitElementwise(kernel, kernels);
        break;
      case rt::KernelKind::Row:
        gradus::gpu::emitRow(kernel, kernels);
        break;
      case rt::KernelKind::Column:
        gradus::gpu::emitColumn(kernel, kernels);
        break;
      case rt::KernelKind::Matmul:
        if (tensorCores && gradus::gpu::fitsTensorCores(kernel))
          gradus::gpu::emitTensorCoreMatmul(kernel, kernels);
        else
          gradus::gpu::emitSimtMatmul(kernel, kernels, /*async=*/tensorCores);
        break;
      case rt::KernelKind::Generic:
        if (failed(gradus::gpu::emitGeneric(kernel, kernels)))
          return signalPassFailure();
        break;
      }
      auto function = cast<mlir::gpu::GPUFuncOp>(kernels.getBody()->back());
      int64_t blocks = function->getAttrOfType<IntegerAttr>(rt::kBlocksAttr).getInt();
      if (blocks > std::numeric_limits<int32_t>::max()) {
        kernel.emitError() << "needs " << blocks << " blocks, more than a GPU launches at once; use a smaller batch";
        return signalPassFailure();
      }
      kernel.erase();
    }
    adoptGlobals(module, kernels);
    // Launches name the functions from now on, and keep their own names.
    llvm::StringMap<mlir::gpu::GPUFuncOp> functions;
    for (auto function : kernels.getOps<mlir::gpu::GPUFuncOp>())
      functions[function->getAttrOfType<StringAttr>(rt::kKernelAttr).getValue()] = function;
    module.walk([&](rt::LaunchOp launch) {
      auto function = functions.find(launch.getKernelName());
      if (function == functions.end())
        return;
      launch.setLabel(launch.getName());
      launch.setKernelAttr(SymbolRefAttr::get(kernels.getSymNameAttr(), FlatSymbolRefAttr::get(function->second)));
    });
  }
};

} // namespace

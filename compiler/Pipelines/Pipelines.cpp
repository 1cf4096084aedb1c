//===- Pipelines.cpp - The compiler on one page ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Passes/Passes.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace gradus;

void gradus::buildGradientPipeline(OpPassManager &pm) {
  // 1. The graph as the user wrote it, without what is dead or said twice.
  pm.addPass(createSimplifyPass());
  // 2. The backward graph stands where train.grad asked for it.
  pm.addPass(createAutodiffPass());
  // 3. Optimizer, schedule and clipping are arithmetic.
  pm.addPass(createExpandUpdatesPass());
  // 4. Only what kernel formation knows; forward and backward share what they
  // can.
  pm.addPass(createDecomposePass());
  pm.addPass(createSimplifyPass());
}

void gradus::buildKernelsPipeline(OpPassManager &pm, const KernelsOptions &options) {
  // Products read what the target multiplies; others keep f32.
  if (options.tensorCores)
    pm.addNestedPass<func::FuncOp>(createLowerPrecisionPass());
  // 5. Ops are grouped into kernels, launched in order.
  pm.addPass(createFormKernelsPass());
  // 6. What is computed twice is compiled once.
  pm.addPass(createDeduplicateKernelsPass());
  // 7. Every value has its place.
  PlanArenaPassOptions plan;
  plan.noAliasBytes = options.noAliasBytes;
  pm.addPass(createPlanArenaPass(plan));
}

void gradus::buildLinalgPipeline(OpPassManager &pm) {
  // 8. Kernels compute with linalg.
  pm.addNestedPass<rt::KernelOp>(createConvertNNToLinalgPass());
}

void gradus::buildVectorPipeline(OpPassManager &pm, const VectorOptions &options) {
  // 9. Kernels are loops over vectors.
  CPULowerKernelsPassOptions lower;
  lower.vectorBytes = options.vectorBytes;
  lower.registers = options.registers;
  pm.addPass(createCPULowerKernelsPass(lower));
  // 10. Transcendentals are arithmetic.
  pm.addNestedPass<func::FuncOp>(createExpandF32Pass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void gradus::buildGPUPipeline(OpPassManager &pm, const GPUOptions &options) {
  // 9. Kernels are functions of a GPU's threads.
  GPULowerKernelsPassOptions lower;
  lower.chip = options.chip;
  pm.addPass(createGPULowerKernelsPass(lower));
  if (options.fuseHorizontally) {
    GPUFuseHorizontallyPassOptions fuse;
    fuse.chip = options.chip;
    pm.addPass(createGPUFuseHorizontallyPass(fuse));
  }
  // 10. Transcendentals are arithmetic.
  OpPassManager &kernels = pm.nest<mlir::gpu::GPUModuleOp>();
  kernels.addNestedPass<mlir::gpu::GPUFuncOp>(createExpandF32Pass());
  kernels.addNestedPass<mlir::gpu::GPUFuncOp>(createExpandF64Pass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
}

void gradus::buildNVVMPipeline(OpPassManager &pm) {
  // 11. Only kernels are left.
  pm.addPass(createEraseProgramPass());
  // 12. Upstream's way from gpu, scf and memref to NVVM.
  OpPassManager &kernels = pm.nest<mlir::gpu::GPUModuleOp>();
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createGPUConvertToNVVMPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCSEPass());
}

void gradus::buildLLVMPipeline(OpPassManager &pm) {
  // 11. Only functions are left.
  pm.addPass(createEraseProgramPass());
  // 12. Upstream's way from scf, vector and memref to LLVM.
  pm.addNestedPass<func::FuncOp>(createCPULowerVectorsPass());
  // Intrinsics where LLVM has them; the rest (f64 tanh, erf) calls the C
  // library.
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  ConvertFuncToLLVMPassOptions func;
  func.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(func));
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCSEPass());
}

void gradus::registerPipelines() {
  static PassPipelineRegistration<> gradient(
      "gradus-gradient-pipeline", "Differentiate, expand updates, decompose, simplify", buildGradientPipeline);
  static PassPipelineRegistration<KernelsOptions> kernels(
      "gradus-kernels-pipeline", "Form kernels, share equal ones and plan memory", buildKernelsPipeline);
  static PassPipelineRegistration<> linalg("gradus-linalg-pipeline", "Lower kernels to linalg", buildLinalgPipeline);
  static PassPipelineRegistration<VectorOptions> vector("gradus-vector-pipeline", "Lower kernels to loops over vectors",
                                                        buildVectorPipeline);
  static PassPipelineRegistration<GPUOptions> gpu("gradus-gpu-pipeline", "Lower kernels to functions of a gpu.module",
                                                  buildGPUPipeline);
  static PassPipelineRegistration<> nvvm("gradus-nvvm-pipeline", "Lower GPU kernels to the NVVM dialect",
                                         buildNVVMPipeline);
  static PassPipelineRegistration<> llvm("gradus-llvm-pipeline", "Lower kernels to the LLVM dialect",
                                         buildLLVMPipeline);
}

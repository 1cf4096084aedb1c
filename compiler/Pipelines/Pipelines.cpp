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
  // 1. The graph as the user wrote it, after dead code and common subexpressions; entry
  // points know what indices their inputs hold, and where they mix samples.
  pm.addPass(createSimplifyPass());
  pm.addNestedPass<func::FuncOp>(createInferIndexRangesPass());
  pm.addNestedPass<func::FuncOp>(createFindSampleMixingPass());
  // 2. The backward graph is where train.grad asked for it.
  pm.addPass(createAutodiffPass());
  // 3. Optimizer, schedule and clipping are arithmetic.
  pm.addPass(createExpandUpdatesPass());
  // 4. There are only the ops that kernel formation knows; forward and backward
  // share what they can.
  pm.addPass(createDecomposePass());
  pm.addPass(createSimplifyPass());
}

void gradus::buildKernelsPipeline(OpPassManager &pm, const KernelsOptions &options) {
  // 5. Ops are in kernels, launched in order; equal kernels are one. Before, operands are read where they are,
  // reshapes are out of the way, and where the target has tensor cores, matmuls of lower precision read bf16.
  pm.addNestedPass<func::FuncOp>(createReadInPlacePass({/*contract=*/options.contractInPlace}));
  pm.addNestedPass<func::FuncOp>(createCollapseDimsPass());
  if (options.tensorCores)
    pm.addNestedPass<func::FuncOp>(createLowerPrecisionPass());
  pm.addPass(createFormKernelsPass());
  pm.addPass(createDeduplicateKernelsPass());
  // 6. Every value has a slot.
  PlanArenaPassOptions plan;
  plan.noAliasBytes = options.noAliasBytes;
  pm.addPass(createPlanArenaPass(plan));
}

void gradus::buildLinalgPipeline(OpPassManager &pm) {
  // 7. Kernels compute with linalg.
  pm.addNestedPass<rt::KernelOp>(createConvertNNToLinalgPass());
}

void gradus::buildVectorPipeline(OpPassManager &pm, const VectorOptions &options) {
  // 8. Kernels are functions of loops over vectors.
  CPULowerKernelsPassOptions lower;
  lower.vectorBytes = options.vectorBytes;
  lower.registers = options.registers;
  pm.addPass(createCPULowerKernelsPass(lower));
  // 9. Transcendentals are arithmetic.
  pm.addNestedPass<func::FuncOp>(createExpandF32Pass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void gradus::buildModelPipeline(OpPassManager &pm, const ModelOptions &options) {
  // 10. Entry points, launches and variables are an rt.model; only the kernels'
  // functions are left beside it.
  CollectModelPassOptions collect;
  collect.compiler = options.compiler;
  collect.target = options.target;
  collect.gpu = options.gpu;
  pm.addPass(createCollectModelPass(collect));
  pm.addPass(createEraseProgramPass());
}

void gradus::buildLLVMPipeline(OpPassManager &pm, const ProgramOptions &options) {
  // 11. Functions are in the LLVM dialect, by upstream's way from scf, vector and
  // memref. Math becomes intrinsics where LLVM has them; the rest (f64 tanh, erf)
  // calls the C library.
  pm.addNestedPass<func::FuncOp>(createCPULowerVectorsPass());
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
  // 12. The rt.model is constant data and a query function.
  buildHostPipeline(pm, options);
}

void gradus::buildGPUPipeline(OpPassManager &pm, const GPUOptions &options) {
  // 13. Kernels are functions of a GPU's threads; small independent ones are one.
  GPULowerKernelsPassOptions lower;
  lower.chip = options.chip;
  pm.addPass(createGPULowerKernelsPass(lower));
  if (options.fuseHorizontally) {
    GPUFuseHorizontallyPassOptions fuse;
    fuse.chip = options.chip;
    pm.addPass(createGPUFuseHorizontallyPass(fuse));
  }
  // 14. Transcendentals are arithmetic.
  OpPassManager &kernels = pm.nest<mlir::gpu::GPUModuleOp>();
  kernels.addNestedPass<mlir::gpu::GPUFuncOp>(createExpandF32Pass());
  kernels.addNestedPass<mlir::gpu::GPUFuncOp>(createExpandF64Pass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
}

void gradus::buildNVVMPipeline(OpPassManager &pm) {
  // 15. Functions of the gpu.module are in the LLVM and NVVM dialects, by upstream's
  // way from gpu, scf and memref.
  OpPassManager &kernels = pm.nest<mlir::gpu::GPUModuleOp>();
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createGPUConvertToNVVMPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCSEPass());
}

void gradus::buildHostPipeline(OpPassManager &pm, const ProgramOptions &options) {
  // 16. The rt.model is constant data and a query function; GPU kernels are text in
  // it, and their gpu.module is gone.
  ConvertRTToLLVMPassOptions convert;
  convert.withMain = options.withMain;
  convert.simulate = options.simulate;
  pm.addPass(createConvertRTToLLVMPass(convert));
}

void gradus::buildCPUPipeline(OpPassManager &pm, const CPUOptions &options) {
  VectorOptions vector;
  vector.vectorBytes = options.vectorBytes;
  vector.registers = options.registers;
  ProgramOptions program;
  program.withMain = options.withMain;
  buildGradientPipeline(pm);
  buildKernelsPipeline(pm);
  buildLinalgPipeline(pm);
  buildVectorPipeline(pm, vector);
  buildModelPipeline(pm);
  buildLLVMPipeline(pm, program);
}

void gradus::registerPipelines() {
  static PassPipelineRegistration<> gradient(
      "gradus-gradient-pipeline", "Differentiate, expand updates, decompose, simplify", buildGradientPipeline);
  static PassPipelineRegistration<KernelsOptions> kernels(
      "gradus-kernels-pipeline", "Form kernels, deduplicate them and plan memory", buildKernelsPipeline);
  static PassPipelineRegistration<> linalg("gradus-linalg-pipeline", "Lower kernels to linalg", buildLinalgPipeline);
  static PassPipelineRegistration<VectorOptions> vector("gradus-vector-pipeline", "Lower kernels to loops over vectors",
                                                        buildVectorPipeline);
  static PassPipelineRegistration<ModelOptions> model(
      "gradus-model-pipeline", "Collect the rt.model and erase what it replaces", buildModelPipeline);
  static PassPipelineRegistration<ProgramOptions> llvm(
      "gradus-llvm-pipeline", "Lower kernels and the rt.model to the LLVM dialect", buildLLVMPipeline);
  static PassPipelineRegistration<GPUOptions> gpu("gradus-gpu-pipeline", "Lower kernels to functions of a gpu.module",
                                                  buildGPUPipeline);
  static PassPipelineRegistration<> nvvm("gradus-nvvm-pipeline", "Lower GPU kernels to the NVVM dialect",
                                         buildNVVMPipeline);
  static PassPipelineRegistration<ProgramOptions> host(
      "gradus-host-pipeline", "Lower the rt.model of a GPU program to the LLVM dialect", buildHostPipeline);
  static PassPipelineRegistration<CPUOptions> cpu(
      "gradus-cpu-pipeline", "Lower an import to a whole program for a CPU, in the LLVM dialect", buildCPUPipeline);
}

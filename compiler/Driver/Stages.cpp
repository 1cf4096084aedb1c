//===- Stages.cpp - The MLIR stages of a compilation, as a table ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Stages.h"
#include "compiler/Codegen/GPU/GPUTarget.h"
#include "compiler/Pipelines/Pipelines.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace llvm;
using namespace gradus;
using mlir::OpPassManager;

static void buildGradient(OpPassManager &pm, const StageOptions &) { buildGradientPipeline(pm); }

static void buildCPUKernels(OpPassManager &pm, const StageOptions &) { buildKernelsPipeline(pm); }

static void buildGPUKernels(OpPassManager &pm, const StageOptions &options) {
  KernelsOptions kernels;
  gpu::GPUTarget target = *gpu::gpuTargetOf(options.chip);
  kernels.tensorCores = target.tensorCores;
  kernels.noAliasBytes = target.noAliasBytes;
  kernels.contractInPlace = false;
  buildKernelsPipeline(pm, kernels);
}

static void buildLinalg(OpPassManager &pm, const StageOptions &) { buildLinalgPipeline(pm); }

static void buildVector(OpPassManager &pm, const StageOptions &options) {
  VectorOptions vector;
  vector.vectorBytes = options.vector.vectorBytes;
  vector.registers = options.vector.registers;
  buildVectorPipeline(pm, vector);
}

static void buildGPU(OpPassManager &pm, const StageOptions &options) {
  GPUOptions gpu;
  gpu.chip = options.chip;
  gpu.fuseHorizontally = options.fuseHorizontally;
  buildGPUPipeline(pm, gpu);
}

static void buildModel(OpPassManager &pm, const StageOptions &options) {
  ModelOptions model;
  model.compiler = options.compiler;
  model.target = options.machine;
  model.gpu = options.chip;
  buildModelPipeline(pm, model);
}

static void buildLLVM(OpPassManager &pm, const StageOptions &options) {
  ProgramOptions program;
  program.withMain = options.withMain;
  buildLLVMPipeline(pm, program);
}

static void buildNVVM(OpPassManager &pm, const StageOptions &) { buildNVVMPipeline(pm); }

ArrayRef<Stage> gradus::stagesOf(TargetKind target) {
  static constexpr Stage cpu[] = {
      {"import", nullptr, false},     {"gradient", buildGradient, true}, {"kernels", buildCPUKernels, false},
      {"linalg", buildLinalg, false}, {"vector", buildVector, true},     {"model", buildModel, false},
      {"llvm", buildLLVM, false},
  };
  static constexpr Stage gpu[] = {
      {"import", nullptr, false},     {"gradient", buildGradient, true}, {"kernels", buildGPUKernels, false},
      {"linalg", buildLinalg, false}, {"gpu", buildGPU, true},           {"model", buildModel, false},
      {"nvvm", buildNVVM, false},
  };
  return target == TargetKind::GPU ? ArrayRef(gpu) : ArrayRef(cpu);
}

StringRef gradus::detectStage(mlir::ModuleOp module) {
  bool kernels = false, linalg = false, gpu = false, later = false;
  module.walk([&](mlir::Operation *op) {
    kernels |= isa<rt::KernelOp>(op);
    linalg |= isa<mlir::linalg::LinalgOp>(op);
    gpu |= isa<mlir::gpu::GPUFuncOp>(op);
    later |= rt::getConfig<rt::CPULaunchAttr>(op) || isa<rt::ModelOp, mlir::LLVM::LLVMFuncOp>(op);
  });
  if (later)
    return "";
  return gpu ? "gpu" : linalg ? "linalg" : kernels ? "kernels" : "import";
}

//===- Pipelines.h - The compiler on one page -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_PIPELINES_PIPELINES_H
#define GRADUS_COMPILER_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include <string>

namespace gradus {

/// Options of kernel formation.
struct KernelsOptions : mlir::PassPipelineOptions<KernelsOptions> {
  Option<bool> tensorCores{*this, "tensor-cores", llvm::cl::desc("The target multiplies tf32 and bf16"),
                           llvm::cl::init(false)};
  Option<int64_t> noAliasBytes{*this, "no-alias-bytes",
                               llvm::cl::desc("Size in bytes up to which values never share memory"),
                               llvm::cl::init(0)};
  Option<bool> contractInPlace{*this, "contract-in-place",
                               llvm::cl::desc("Matmuls read the windows of convolutions where they are"),
                               llvm::cl::init(true)};
};

/// Options of the stages that depend on the CPU.
struct VectorOptions : mlir::PassPipelineOptions<VectorOptions> {
  Option<int64_t> vectorBytes{*this, "vector-bytes", llvm::cl::desc("Width of a vector register"), llvm::cl::init(64)};
  Option<int64_t> registers{*this, "registers", llvm::cl::desc("Number of vector registers"), llvm::cl::init(32)};
};

/// Options of the stages that depend on the GPU.
struct GPUOptions : mlir::PassPipelineOptions<GPUOptions> {
  Option<std::string> chip{*this, "chip", llvm::cl::desc("GPU to generate code for, such as sm_90"),
                           llvm::cl::init("sm_80")};
  Option<bool> fuseHorizontally{*this, "fuse-horizontally", llvm::cl::desc("Small independent kernels share a launch"),
                                llvm::cl::init(true)};
};

/// Options of the model's table.
struct ModelOptions : mlir::PassPipelineOptions<ModelOptions> {
  Option<std::string> compiler{*this, "compiler", llvm::cl::desc("Name and version of the compiler"),
                               llvm::cl::init("gradus-opt")};
  Option<std::string> target{*this, "target", llvm::cl::desc("Triple and CPU or GPU"), llvm::cl::init("")};
  Option<std::string> gpu{*this, "gpu", llvm::cl::desc("What GPU kernels are compiled for, such as sm_80"),
                          llvm::cl::init("")};
};

/// Options of the stages that end in a whole program.
struct ProgramOptions : mlir::PassPipelineOptions<ProgramOptions> {
  Option<bool> withMain{*this, "main", llvm::cl::desc("Define gradus_model_query, for a program with a main()"),
                        llvm::cl::init(false)};
  Option<bool> simulate{*this, "simulate", llvm::cl::desc("Call GPU kernels by way of the simulator"),
                        llvm::cl::init(false)};
};

/// Options of all stages for a CPU.
struct CPUOptions : mlir::PassPipelineOptions<CPUOptions> {
  Option<int64_t> vectorBytes{*this, "vector-bytes", llvm::cl::desc("Width of a vector register"), llvm::cl::init(64)};
  Option<int64_t> registers{*this, "registers", llvm::cl::desc("Number of vector registers"), llvm::cl::init(32)};
  Option<bool> withMain{*this, "main", llvm::cl::desc("Define gradus_model_query, for a program with a main()"),
                        llvm::cl::init(false)};
};

// The steps are numbered as in Pipelines.cpp. A compilation for a CPU runs steps
// 1 to 12, one for a GPU 1 to 7, 13 and 14, then 10, then 15 and 16.

/// Steps 1 to 4. Each entry point is one graph of nn ops: forward, backward and
/// optimizer.
void buildGradientPipeline(mlir::OpPassManager &pm);

/// Steps 5 and 6. Each entry point is a straight list of rt.launch, and every value
/// has a slot.
void buildKernelsPipeline(mlir::OpPassManager &pm, const KernelsOptions &options = {});

/// Step 7. The same, and kernels compute with linalg on tensors.
void buildLinalgPipeline(mlir::OpPassManager &pm);

/// Steps 8 and 9. Kernels are functions of loops over vectors on memrefs.
void buildVectorPipeline(mlir::OpPassManager &pm, const VectorOptions &options = {});

/// Step 10, for both targets. The program is an rt.model, and beside it there are
/// only the kernels' functions.
void buildModelPipeline(mlir::OpPassManager &pm, const ModelOptions &options = {});

/// Steps 11 and 12. The module is a whole program in the LLVM dialect: kernels,
/// constant data and a query function.
void buildLLVMPipeline(mlir::OpPassManager &pm, const ProgramOptions &options = {});

/// Steps 13 and 14. For a GPU: kernels are functions of its threads, in a gpu.module.
void buildGPUPipeline(mlir::OpPassManager &pm, const GPUOptions &options = {});

/// Step 15. For a GPU: kernels are functions of the LLVM and NVVM dialects.
void buildNVVMPipeline(mlir::OpPassManager &pm);

/// Step 16. For a GPU, when the rt.model holds the kernels' PTX: the module is a
/// whole program in the LLVM dialect.
void buildHostPipeline(mlir::OpPassManager &pm, const ProgramOptions &options = {});

/// Steps 1 to 12. From the import to a whole program for a CPU.
void buildCPUPipeline(mlir::OpPassManager &pm, const CPUOptions &options = {});

/// Registers the above as gradus-<stage>-pipeline.
void registerPipelines();

} // namespace gradus

#endif

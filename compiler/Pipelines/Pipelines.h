//===- Pipelines.h - The compiler on one page -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_PIPELINES_PIPELINES_H
#define GRADUS_COMPILER_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace gradus {

/// Options of the stages that depend on the CPU.
struct VectorOptions : mlir::PassPipelineOptions<VectorOptions> {
  Option<int64_t> vectorBytes{*this, "vector-bytes", llvm::cl::desc("Width of a vector register"), llvm::cl::init(64)};
  Option<int64_t> registers{*this, "registers", llvm::cl::desc("Number of vector registers"), llvm::cl::init(32)};
};

/// Options of kernel formation.
struct KernelsOptions : mlir::PassPipelineOptions<KernelsOptions> {
  Option<bool> tensorCores{*this, "tensor-cores", llvm::cl::desc("The target multiplies tf32 and bf16"),
                           llvm::cl::init(false)};
  Option<int64_t> noAliasBytes{*this, "no-alias-bytes",
                               llvm::cl::desc("Values up to this size share their place in memory with none"),
                               llvm::cl::init(0)};
};

/// Options of the stages that depend on the GPU.
struct GPUOptions : mlir::PassPipelineOptions<GPUOptions> {
  Option<std::string> chip{*this, "chip", llvm::cl::desc("GPU to generate code for, such as sm_90"),
                           llvm::cl::init("sm_80")};
  Option<bool> fuseHorizontally{*this, "fuse-horizontally", llvm::cl::desc("Small independent kernels share a launch"),
                                llvm::cl::init(true)};
};

/// 1. One graph of nn ops per entry point: forward, backward and optimizer.
void buildGradientPipeline(mlir::OpPassManager &pm);
/// 2. A straight list of rt.launch, every value with a place.
void buildKernelsPipeline(mlir::OpPassManager &pm, const KernelsOptions &options = {});
/// 3. The same, kernels computing with linalg on tensors.
void buildLinalgPipeline(mlir::OpPassManager &pm);
/// 4. Kernels are functions of loops over vectors on memrefs.
void buildVectorPipeline(mlir::OpPassManager &pm, const VectorOptions &options);
/// 5. Kernels are functions of the LLVM dialect; the program is a table.
void buildLLVMPipeline(mlir::OpPassManager &pm);

/// 4. For a GPU: kernels are functions of its threads.
void buildGPUPipeline(mlir::OpPassManager &pm, const GPUOptions &options = {});
/// 5. For a GPU: kernels are functions of the LLVM and NVVM dialects.
void buildNVVMPipeline(mlir::OpPassManager &pm);

/// Registers the above as gradus-<stage>-pipeline.
void registerPipelines();

} // namespace gradus

#endif

//===- PTX.h - From NVVM to PTX -------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_PTX_H
#define GRADUS_COMPILER_TARGET_PTX_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace gradus {

/// The NVPTX target for a GPU, such as sm_80, which need not be present.
/// `optLevel` is 0 to 3. Fails if LLVM does not know the GPU, or if it is older
/// than sm_70.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createGPUTargetMachine(llvm::StringRef gpu, int optLevel);

/// The kernels of `module`, which is what `gradus-nvvm-pipeline` makes, as LLVM
/// IR for `machine`. Not optimised, so that the simulator sees every memory
/// access. `context` has to outlive the result.
llvm::Expected<std::unique_ptr<llvm::Module>> translateKernels(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                               llvm::TargetMachine &machine);

/// True if a block that needs `bytes` of shared memory has to ask for it at the
/// launch.
bool isSharedDynamic(uint64_t bytes);

/// Moves the shared buffers of each kernel that needs dynamic shared memory
/// (isSharedDynamic) there, each at a multiple of 16 bytes. To be called after
/// translateKernels, before optimisation.
void placeDynamicShared(llvm::Module &kernels);

/// PTX text of kernels for `machine`; changes `kernels`. Fails if a function
/// would stay unresolved.
llvm::Expected<std::string> emitPTX(llvm::Module &kernels, llvm::TargetMachine &machine);

} // namespace gradus

#endif

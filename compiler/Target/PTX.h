//===- PTX.h - From NVVM to PTX -------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_PTX_H
#define GRADUS_COMPILER_TARGET_PTX_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace gradus {

/// A GPU to compile for, such as sm_80; it need not be present.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createGPUTargetMachine(llvm::StringRef gpu, int optLevel);

/// Whether a GPU has mma.sync for tf32 and bf16, and cp.async.
bool hasTensorCores(llvm::StringRef gpu);

/// The kernels of a module after `gradus-nvvm-pipeline`, as LLVM IR for
/// `machine`; not optimised, so that nothing a simulator should see is gone.
llvm::Expected<std::unique_ptr<llvm::Module>> translateKernels(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                               llvm::TargetMachine &machine);

/// Whether so much shared memory per block is more than a kernel has unless the
/// launch asks for it.
inline bool isSharedDynamic(uint64_t bytes) { return bytes > 48 << 10; }

/// Gives the shared buffers of each kernel that has too many for static memory
/// their places in the dynamic one, each at a multiple of 16 bytes.
void placeDynamicShared(llvm::Module &kernels);

/// PTX text. Fails if a function would stay unresolved.
llvm::Expected<std::string> emitPTX(llvm::Module &kernels, llvm::TargetMachine &machine);

} // namespace gradus

#endif

//===- PTX.h - From NVVM to PTX -------------------------------------------===//
#ifndef GRADUS_COMPILER_TARGET_PTX_H
#define GRADUS_COMPILER_TARGET_PTX_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace gradus {

/// A GPU to compile for, such as sm_80; it need not be present.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createGPUTargetMachine(llvm::StringRef gpu, int optLevel);

/// The kernels of a module after `gradus-nvvm-pipeline`, as LLVM IR for
/// `machine`; not optimised, so that nothing a simulator should see is gone.
llvm::Expected<std::unique_ptr<llvm::Module>> translateKernels(mlir::ModuleOp module, llvm::LLVMContext &context,
                                                               llvm::TargetMachine &machine);

/// PTX text. Fails if a function would stay unresolved.
llvm::Expected<std::string> emitPTX(llvm::Module &kernels, llvm::TargetMachine &machine);

} // namespace gradus

#endif

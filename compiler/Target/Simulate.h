//===- Simulate.h - GPU kernels as code for the host ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_SIMULATE_H
#define GRADUS_COMPILER_TARGET_SIMULATE_H

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace gradus {

/// Turns kernels for NVPTX (translateKernels), in place, into functions that
/// the simulator of the runtime calls (runtime/src/devices/simulator): intrinsics of
/// the GPU become calls of the simulator, shared memory is the simulator's, and
/// every memory access is instrumented. Arithmetic stays as it is. Triple and
/// data layout are for the caller to set to those of the host. Fails at an
/// intrinsic that the simulator does not know; `kernels` is then unusable.
llvm::Error simulateKernels(llvm::Module &kernels);

/// Moves simulated kernels into the program that calls them, as internal functions.
llvm::Error linkKernels(llvm::Module &program, std::unique_ptr<llvm::Module> kernels);

} // namespace gradus

#endif

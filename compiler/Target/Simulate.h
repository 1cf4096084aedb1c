//===- Simulate.h - GPU kernels as code for the host ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_SIMULATE_H
#define GRADUS_COMPILER_TARGET_SIMULATE_H

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace gradus {

/// Turns kernels for NVPTX into functions that the simulator of the runtime runs
/// (runtime/src/devices/simulator): intrinsics of the GPU become calls, shared memory is
/// asked for, and every access to memory is announced before it happens. The
/// arithmetic stays as it is. Fails where a kernel uses what the simulator does
/// not know.
llvm::Error simulateKernels(llvm::Module &kernels);

} // namespace gradus

#endif

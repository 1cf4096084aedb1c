//===- Toolkit.h - A CUDA toolkit, where there is one ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_TOOLKIT_H
#define GRADUS_COMPILER_TARGET_TOOLKIT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>

namespace gradus {

/// The path of ptxas, the assembler of a CUDA toolkit: of the toolkit in
/// `folder`; without a folder, of the one that CUDA_HOME, CUDA_PATH or
/// CUDA_ROOT names, of /usr/local/cuda, or one in PATH. Empty if there is none,
/// or `folder` is "none".
std::string findPtxas(llvm::StringRef folder);

/// Machine code (a cubin) for `gpu` from PTX text, by running the program
/// `ptxas` on temporary files. Fails with what it prints if it fails or writes
/// nothing.
llvm::Expected<llvm::SmallVector<char>> assemblePTX(llvm::StringRef ptxas, llvm::StringRef gpu, llvm::StringRef ptx);

} // namespace gradus

#endif

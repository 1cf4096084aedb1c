//===- Toolkit.h - A CUDA toolkit, where there is one ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_TOOLKIT_H
#define GRADUS_COMPILER_TARGET_TOOLKIT_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>

namespace gradus {

/// The assembler of a CUDA toolkit: that of the toolkit in `folder`; without a
/// folder, of the one that CUDA_HOME, CUDA_PATH or CUDA_ROOT name, of
/// /usr/local/cuda, or one in PATH. Empty if there is none, or `folder` is "none".
std::string findPtxas(llvm::StringRef folder);

/// Machine code for `gpu`, as `ptxas` makes it of PTX. Errors are those it prints.
llvm::Expected<llvm::SmallVector<char>> assemblePTX(llvm::StringRef ptxas, llvm::StringRef gpu, llvm::StringRef ptx);

} // namespace gradus

#endif

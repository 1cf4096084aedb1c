//===- Artifacts.h - What a compilation can make beyond MLIR --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_ARTIFACTS_H
#define GRADUS_COMPILER_DRIVER_ARTIFACTS_H

#include "compiler/Driver/CompileOptions.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace gradus {

/// The kinds of artifacts.
enum class Artifact { LLVMIR, PTX, Cubin, Assembly, Object, Executable, SharedLibrary, StaticLibrary, Header };

/// A row of the table of artifacts.
struct ArtifactInfo {
  Artifact artifact;
  llvm::StringLiteral name;           ///< as `--emit` has it
  bool onCPU, onGPU;                  ///< where it can be made; CPU includes the simulator
  llvm::StringLiteral prefix, suffix; ///< around the model's name, for the default output
};

/// All artifacts, in the order in which messages list them.
llvm::ArrayRef<ArtifactInfo> allArtifacts();

/// The artifact of this name for kernels that run on a GPU or, with `onGPU`
/// false, on the host; null if there is none.
const ArtifactInfo *findArtifact(llvm::StringRef name, bool onGPU);

} // namespace gradus

#endif

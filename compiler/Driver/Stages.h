//===- Stages.h - The MLIR stages of a compilation, as a table ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_STAGES_H
#define GRADUS_COMPILER_DRIVER_STAGES_H

#include "compiler/Codegen/CPU/VectorTarget.h"
#include "compiler/Driver/CompileOptions.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>

namespace gradus {

/// What the pipelines need to know of the target.
struct StageOptions {
  cpu::VectorTarget vector;      ///< CPU
  std::string chip;              ///< GPU: for example sm_80
  bool fuseHorizontally = false; ///< GPU: small independent kernels share a launch
  std::string compiler;          ///< name and version, for the model's table
  std::string machine;           ///< triple and CPU or GPU, for the model's table
  bool withMain = false;         ///< the program has a main(), which asks for its only model
};

/// A form of the IR that can be printed, and from most of which a compilation
/// can be resumed.
struct Stage {
  llvm::StringLiteral name; ///< as `--emit` has it
  /// Appends the passes that lead here from the stage before; null for the first.
  void (*build)(mlir::OpPassManager &pm, const StageOptions &options);
  /// True if the IR is verified after every pass. What other stages build is
  /// verified where it is used; verifying it in between costs a tenth of a
  /// compilation.
  bool verifyPasses;
};

/// All stages for a target, in order. The first is "import".
llvm::ArrayRef<Stage> stagesOf(TargetKind target);

/// The stage that `module` is of, judged by the ops in it: import, kernels,
/// linalg or gpu; empty if it is of a later one, from which nothing can go on.
llvm::StringRef detectStage(mlir::ModuleOp module);

} // namespace gradus

#endif

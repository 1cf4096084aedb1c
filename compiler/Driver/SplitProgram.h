//===- SplitProgram.h - The parts of a program ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_SPLITPROGRAM_H
#define GRADUS_COMPILER_DRIVER_SPLITPROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <string>
#include <vector>

namespace gradus {

/// A part of a program that is compiled by itself.
struct ProgramPart {
  /// The rt.model, or one kernel by the name kPartFunction with all it refers to.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// What the kernel is called in the program; empty for the rt.model.
  std::string kernel;
  /// The number of its ops: about how long it takes.
  size_t size = 0;
};

/// What the runtime calls of a kernel, in the object of the rt.model.
std::string entryNameOf(llvm::StringRef kernel);

/// The parts of a module of the stage `model`, which stays as it is: the rt.model,
/// with entry functions declared, then the kernels in order.
std::vector<ProgramPart> splitProgram(mlir::ModuleOp module);

} // namespace gradus

#endif

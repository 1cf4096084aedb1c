//===- CompileParts.h - The parts of a program, on all cores --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_COMPILEPARTS_H
#define GRADUS_COMPILER_DRIVER_COMPILEPARTS_H

#include "compiler/Driver/CompileOptions.h"
#include "compiler/Target/ObjectCache.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Target/TargetMachine.h"

namespace gradus {

/// Compiles a module of the stage `model`, which stays as it is, to the object of its
/// program. Its parts are compiled for `machine` on the threads of the module's context,
/// and those that `cache` has are not compiled at all; the bytes depend on neither. Of
/// `options` count the level, `emit`, and whether a cache was named: then it is an error
/// if it cannot be written. Errors have been printed.
ExitCode compileProgram(mlir::ModuleOp module, const llvm::TargetMachine &machine, const CompileOptions &options,
                        const ObjectCache &cache, mlir::TimingScope &timing, llvm::SmallVectorImpl<char> &object);

} // namespace gradus

#endif

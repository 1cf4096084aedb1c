//===- Object.h - From LLVM to machine code and programs ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_OBJECT_H
#define GRADUS_COMPILER_TARGET_OBJECT_H

#include "compiler/Codegen/CPU/VectorTarget.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace gradus {

/// A CPU to compile for. "native" means this machine's.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(llvm::StringRef triple, llvm::StringRef cpu,
                                                                         llvm::StringRef features, int optLevel);

/// Another machine for the same target: one serves one thread at a time.
std::unique_ptr<llvm::TargetMachine> copyOf(const llvm::TargetMachine &machine);

/// What code generation needs to know of it.
cpu::VectorTarget vectorTargetOf(llvm::TargetMachine &machine);

/// Marks functions for the CPU and optimises.
void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine, int optLevel);

/// LLVM's pipeline for `machine`.
void runOptimizer(llvm::Module &module, llvm::TargetMachine &machine, int optLevel);

/// Machine code as an object file, or as assembly text.
llvm::Expected<llvm::SmallVector<char>> emitMachineCode(llvm::Module &module, llvm::TargetMachine &machine,
                                                        bool assembly);

enum class LinkKind { Executable, SharedLibrary, StaticLibrary };

/// Makes a program or a shared library of an object and the runtime, with
/// `simulated` the simulator of GPU kernels too, or an archive of the object alone.
/// The output appears only if all went well.
llvm::Error linkProgram(llvm::ArrayRef<char> object, llvm::StringRef output, LinkKind kind, bool simulated);

/// A runtime archive (libgradus_runtime.a, libgradus_main.a, libgradus_simulator.a)
/// beside the tools.
std::string runtimeArchive(llvm::StringRef name);

/// Writes `data` to `path` by way of a temporary file; "-" is standard output.
llvm::Error writeOutput(llvm::StringRef path, llvm::StringRef data, bool executable = false);

} // namespace gradus

#endif

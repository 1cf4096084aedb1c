//===- Commands.h - The commands of gradus --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TOOLS_GRADUS_COMMANDS_H
#define GRADUS_TOOLS_GRADUS_COMMANDS_H

#include "compiler/Driver/CompileOptions.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace gradus {

// Each command takes the arguments behind its name and returns an exit code
// (CompileOptions.h); what went wrong has been printed to standard error.

/// Makes what `--emit` asks for of one model: `gradus compile MODEL -o OUT`.
int commandCompile(llvm::ArrayRef<llvm::StringRef> args);
/// Compiles into a temporary folder and becomes `OUT train`; does not return then.
int commandTrain(llvm::ArrayRef<llvm::StringRef> args);
/// Compiles and becomes `OUT eval`.
int commandEval(llvm::ArrayRef<llvm::StringRef> args);
/// Compiles and becomes `OUT predict`.
int commandPredict(llvm::ArrayRef<llvm::StringRef> args);
/// Compiles and becomes `OUT bench`.
int commandBench(llvm::ArrayRef<llvm::StringRef> args);
/// Compares compiled code with the reference evaluator; see verifyModel.
int commandVerify(llvm::ArrayRef<llvm::StringRef> args);
/// Prints what a model consists of, with `--kernels` its launches, with `--decisions` why kernels were formed.
int commandShow(llvm::ArrayRef<llvm::StringRef> args);
/// Reports the errors of each model, or that it is good; the exit code is that of the worst.
int commandCheck(llvm::ArrayRef<llvm::StringRef> args);
/// Rewrites text models in canonical form; with `--check` only names those that are not.
int commandFmt(llvm::ArrayRef<llvm::StringRef> args);
/// Prints what an error code means, or all codes.
int commandExplain(llvm::ArrayRef<llvm::StringRef> args);
/// Prints what this machine offers; kInputError if something that programs need is missing.
int commandDoctor(llvm::ArrayRef<llvm::StringRef> args);

/// Prints "error: …" with a pointer to --help; returns 2.
int usageError(const llvm::Twine &message);

} // namespace gradus

#endif

//===- Commands.h - The commands of gradus --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TOOLS_GRADUS_COMMANDS_H
#define GRADUS_TOOLS_GRADUS_COMMANDS_H

#include "tools/gradus/Compile.h"

namespace gradus {

/// Each takes the arguments behind its name and returns an exit code.
int commandCompile(llvm::ArrayRef<llvm::StringRef> args);
int commandTrain(llvm::ArrayRef<llvm::StringRef> args);
int commandEval(llvm::ArrayRef<llvm::StringRef> args);
int commandPredict(llvm::ArrayRef<llvm::StringRef> args);
int commandBench(llvm::ArrayRef<llvm::StringRef> args);
int commandVerify(llvm::ArrayRef<llvm::StringRef> args);
int commandShow(llvm::ArrayRef<llvm::StringRef> args);
int commandCheck(llvm::ArrayRef<llvm::StringRef> args);
int commandFmt(llvm::ArrayRef<llvm::StringRef> args);
int commandExplain(llvm::ArrayRef<llvm::StringRef> args);
int commandDoctor(llvm::ArrayRef<llvm::StringRef> args);

/// Prints "error: …" with a pointer to --help; returns 2.
int usageError(const llvm::Twine &message);

} // namespace gradus

#endif

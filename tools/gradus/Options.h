//===- Options.h - The command line of gradus -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TOOLS_GRADUS_OPTIONS_H
#define GRADUS_TOOLS_GRADUS_OPTIONS_H

#include "compiler/Driver/CompileOptions.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace gradus {

/// One line of the command line's documentation, and what it sets.
struct OptionInfo {
  llvm::StringLiteral name;  // with dashes
  llvm::StringLiteral value; // placeholder, or empty for a flag
  llvm::StringLiteral help;
  /// Puts `value` into `options`; null for those that parsing checks itself.
  void (*set)(CompileOptions &options, llvm::StringRef value);
};

/// The options of `gradus compile`, for parsing and for --help.
llvm::ArrayRef<OptionInfo> compileOptionTable();

/// Parses arguments into `options`; what is not an option of compiling goes to
/// `rest` in order. Returns an error message, or empty.
std::string parseCompileOptions(llvm::ArrayRef<llvm::StringRef> args, CompileOptions &options,
                                std::vector<std::string> &rest, bool keepUnknown);

} // namespace gradus

#endif

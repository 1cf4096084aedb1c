//===- Options.h - The command line of gradus -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TOOLS_GRADUS_OPTIONS_H
#define GRADUS_TOOLS_GRADUS_OPTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// What the commands that compile have in common.
struct CompileOptions {
  std::string model;
  std::string output;
  std::string emit = "exe";
  std::string triple, cpu = "native", features; // triple: "cuda" for a GPU
  std::string gpu;                              // sm_80 unless said, also by gpuSpec
  std::string gpuSpec;                          // a file that describes one
  std::string cudaPath;                         // of a CUDA toolkit; "none": not to be used
  bool simulate = false;
  std::optional<std::string> precision; // F32, TF32 or BF16; what the model says unless given
  int optLevel = 3;
  llvm::StringMap<int64_t> dims;
  std::vector<std::string> printAfter; // pass flags; "all" for every pass
  std::string dumpDir;
  bool timing = false, locations = false, quiet = false;
};

/// One line of the command line's documentation, and what it sets.
struct OptionInfo {
  llvm::StringLiteral name;  // with dashes
  llvm::StringLiteral value; // placeholder, or empty for a flag
  llvm::StringLiteral help;
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

//===- Diagnostics.h - Errors in a model file -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_DIAGNOSTICS_H
#define GRADUS_COMPILER_FRONTEND_DIAGNOSTICS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/SourceMgr.h"
#include <string>

namespace gradus {

/// A position in a model file. Lines and columns count from 1; 0 means that the
/// file has none (binary), and `path` then says where ("layer[3].dense").
struct SourcePosition {
  int line = 0, column = 0;
  std::string path;
};

/// Reports errors as `file:line:col: error: message [code]`, with the line and
/// a caret, and a hint that says what to do. Codes are explained by
/// `gradus explain CODE`.
class Diagnostics {
public:
  /// `text` is the file's content, or empty for a binary file.
  Diagnostics(llvm::StringRef file, llvm::StringRef text);

  /// Always returns failure.
  llvm::LogicalResult error(const SourcePosition &position, llvm::StringRef code, const llvm::Twine &message,
                            const llvm::Twine &hint = "");
  void note(const SourcePosition &position, const llvm::Twine &message);
  unsigned errorCount() const { return errors; }
  llvm::StringRef file() const { return name; }

private:
  std::string name;
  llvm::SourceMgr sources;
  bool hasText;
  unsigned errors = 0;

  void print(const SourcePosition &position, llvm::SourceMgr::DiagKind kind, const llvm::Twine &message);
};

/// The candidate closest to `word`, if close enough to be meant; else empty.
llvm::StringRef closest(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates);

/// The explanation of an error code, or empty.
llvm::StringRef explainCode(llvm::StringRef code);
/// All codes, sorted.
llvm::ArrayRef<std::pair<llvm::StringLiteral, llvm::StringLiteral>> allCodes();

} // namespace gradus

#endif

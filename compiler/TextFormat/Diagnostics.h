//===- Diagnostics.h - Errors in input files ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TEXTFORMAT_DIAGNOSTICS_H
#define GRADUS_COMPILER_TEXTFORMAT_DIAGNOSTICS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/SourceMgr.h"
#include <string>

namespace gradus {

/// A position in an input file. Lines and columns count from 1; a tab reaches to
/// the next column after a multiple of 8, as protobuf counts. Line 0 means that
/// the file has no lines (it is binary); `path` then says where ("layer[3].dense").
struct SourcePosition {
  int line = 0, column = 0;
  std::string path;
};

/// The kind of an error; ErrorCodes.def lists them with their explanations.
enum class ErrorCode {
#define GRADUS_ERROR_CODE(name, code, explanation) name,
#include "compiler/TextFormat/ErrorCodes.def"
};

/// Reports errors as `file:line:column: error: message [code]`, with the line and
/// a caret, and a hint that says what to do, on standard error.
class Diagnostics {
public:
  /// For a file without lines: binary, or not read yet.
  explicit Diagnostics(llvm::StringRef file);
  /// For a file with the content `text`, which is copied.
  Diagnostics(llvm::StringRef file, llvm::StringRef text);

  /// Prints an error. `hint` may be empty.
  void report(const SourcePosition &position, ErrorCode code, const llvm::Twine &message, const llvm::Twine &hint = "");
  /// Prints an error and returns failure, for use in a return statement.
  llvm::LogicalResult error(const SourcePosition &position, ErrorCode code, const llvm::Twine &message,
                            const llvm::Twine &hint = "");
  /// Prints a remark on the error before it.
  void note(const SourcePosition &position, const llvm::Twine &message);

  /// The position of byte `offset` of the string that is the value of the field at
  /// `field`; `field` itself if no string follows there.
  SourcePosition inString(const SourcePosition &field, size_t offset) const;

private:
  std::string name;
  llvm::SourceMgr sources;
  bool hasText;

  llvm::StringRef text() const;
  const char *byteAt(const SourcePosition &position) const;
  void print(const SourcePosition &position, llvm::SourceMgr::DiagKind kind, const llvm::Twine &message);
};

/// The candidate closest to `word`, if close enough to be meant; else empty.
llvm::StringRef closest(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates);

/// "; did you mean 'x'?" with the candidate closest to `word`, to end a message
/// with; empty if none is close enough to be meant.
std::string didYouMean(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates);

/// A code as users see it ("G201"), and what `gradus explain` says about it.
struct ErrorCodeInfo {
  llvm::StringLiteral code, explanation;
};

/// All codes, in the order of ErrorCode, which is sorted.
llvm::ArrayRef<ErrorCodeInfo> allErrorCodes();

/// The explanation of a code such as "G201"; empty if there is no such code.
llvm::StringRef explainErrorCode(llvm::StringRef code);

} // namespace gradus

#endif

//===- TextFormat.h - Reads and formats protobuf's text form --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TEXTFORMAT_TEXTFORMAT_H
#define GRADUS_COMPILER_TEXTFORMAT_TEXTFORMAT_H

#include "compiler/TextFormat/SourceNode.h"

namespace gradus {

/// How deep messages may be nested in a file.
inline constexpr int kMaxMessageDepth = 100;
/// How large a file may be, in bytes.
inline constexpr size_t kMaxTextBytes = 16 << 20;

/// Parses `text` into `message`, and records in `tree` where its fields are written.
/// Reports every error, with a suggestion where a name is misspelt; fails after any.
llvm::LogicalResult parseText(llvm::StringRef text, google::protobuf::Message &message, SourceNode::Tree &tree,
                              Diagnostics &diagnostics);

/// The text in canonical form: two spaces per level, one space after colons and
/// around braces; comments and line breaks are kept.
std::string formatText(llvm::StringRef text);

} // namespace gradus

#endif

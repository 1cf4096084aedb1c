//===- ModelFile.h - Reading model files ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_MODELFILE_H
#define GRADUS_COMPILER_FRONTEND_MODELFILE_H

#include "compiler/Frontend/Diagnostics.h"
#include "compiler/Frontend/model.pb.h"
#include <google/protobuf/text_format.h>
#include <memory>

namespace gradus {

/// The messages of model.proto.
namespace proto = model::v1;

/// A message of the file and where its fields stand.
class SourceNode {
public:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;
  SourceNode(const google::protobuf::Message &message, const Tree *tree, SourcePosition position)
      : message(&message), tree(tree), self(std::move(position)) {}

  /// Where this message begins.
  const SourcePosition &position() const { return self; }
  /// Where a field (an element of it, if repeated) stands; the message's own
  /// position if the field is absent.
  SourcePosition at(llvm::StringRef field, int index = -1) const;
  /// The node of a sub-message.
  SourceNode nested(llvm::StringRef field, int index = -1) const;

private:
  const google::protobuf::Message *message;
  const Tree *tree; // null for binary files
  SourcePosition self;
};

/// A parsed model file.
struct ModelFile {
  std::string name, text;
  proto::Model model;
  google::protobuf::TextFormat::ParseInfoTree tree;
  std::unique_ptr<Diagnostics> diagnostics;
  bool binary = false;

  SourceNode root() const;
};

/// Reads `path` ("-" for standard input): protobuf text, or binary where the
/// name ends in .pb. Errors are printed. Returns null on failure.
std::unique_ptr<ModelFile> readModelFile(llvm::StringRef path);

/// The text in canonical form: two spaces per level, one space after colons and
/// around braces, comments and line breaks kept.
std::string formatModelText(llvm::StringRef text);

} // namespace gradus

#endif

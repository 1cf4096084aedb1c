//===- SourceNode.h - Where the fields of a message are written -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TEXTFORMAT_SOURCENODE_H
#define GRADUS_COMPILER_TEXTFORMAT_SOURCENODE_H

#include "compiler/TextFormat/Diagnostics.h"
#include <google/protobuf/text_format.h>
#include <memory>

namespace gradus {

/// A message of a file and where its fields are written. Refers to the message
/// and the tree, which must outlive it.
class SourceNode {
public:
  using Tree = google::protobuf::TextFormat::ParseInfoTree;

  /// The outermost message of a file. `tree` is what its parser recorded; null for
  /// a binary file.
  SourceNode(const google::protobuf::Message &message, const Tree *tree);

  /// The node of `merged`, a copy of this message into which that of `change` was merged:
  /// what `change` sets is written there, the rest here.
  SourceNode changedBy(const SourceNode &change, const google::protobuf::Message &merged) const;

  /// Where this message begins.
  const SourcePosition &position() const { return self; }
  /// Where a field (an element of it, if repeated) begins; the message's own
  /// position if the field is absent.
  SourcePosition at(llvm::StringRef field, int index = -1) const;
  /// The node of a message inside of this one.
  SourceNode nested(llvm::StringRef field, int index = -1) const;
  /// The message.
  const google::protobuf::Message &getMessage() const { return *message; }

private:
  const google::protobuf::Message *message;
  const Tree *tree; // null for binary files
  SourcePosition self;
  std::shared_ptr<const SourceNode> change; // of a merged message; null for all others

  /// The node of `change` if it sets a field, else null.
  const SourceNode *changeOf(const google::protobuf::FieldDescriptor *field) const;

  SourceNode(const google::protobuf::Message &message, const Tree *tree, SourcePosition position)
      : message(&message), tree(tree), self(std::move(position)) {}
};

} // namespace gradus

#endif

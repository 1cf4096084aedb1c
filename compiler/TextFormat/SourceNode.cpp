//===- SourceNode.cpp - Where the fields of a message are written ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/TextFormat/SourceNode.h"

using namespace llvm;
using namespace gradus;
namespace pb = google::protobuf;

SourceNode::SourceNode(const pb::Message &message, const Tree *tree) : message(&message), tree(tree) {
  if (tree)
    self.line = self.column = 1;
}

SourcePosition SourceNode::at(StringRef field, int index) const {
  const pb::FieldDescriptor *descriptor = message->GetDescriptor()->FindFieldByName(field.str());
  SourcePosition position = self;
  position.path +=
      (position.path.empty() ? "" : ".") + field.str() + (index >= 0 ? "[" + std::to_string(index) + "]" : "");
  if (!tree || !descriptor)
    return position;
  // A repeated field as a whole begins where its first element does.
  if (descriptor->is_repeated() && index < 0) {
    if (message->GetReflection()->FieldSize(*message, descriptor) == 0)
      return self;
    index = 0;
  }
  pb::TextFormat::ParseLocation location = tree->GetLocation(descriptor, index);
  if (location.line < 0)
    return self;
  position.line = location.line + 1;
  position.column = location.column + 1;
  return position;
}

SourceNode SourceNode::nested(StringRef field, int index) const {
  const pb::FieldDescriptor *descriptor = message->GetDescriptor()->FindFieldByName(field.str());
  const pb::Reflection *reflection = message->GetReflection();
  const pb::Message &inner = index >= 0 ? reflection->GetRepeatedMessage(*message, descriptor, index)
                                        : reflection->GetMessage(*message, descriptor);
  return SourceNode(inner, tree ? tree->GetTreeForNested(descriptor, index) : nullptr, at(field, index));
}

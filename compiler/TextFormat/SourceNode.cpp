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

/// Whether a message says anything in a field.
static bool isSet(const pb::Message &message, const pb::FieldDescriptor *field) {
  const pb::Reflection *reflection = message.GetReflection();
  return field->is_repeated() ? reflection->FieldSize(message, field) > 0 : reflection->HasField(message, field);
}

SourceNode SourceNode::changedBy(const SourceNode &change, const pb::Message &merged) const {
  SourceNode node(merged, tree, self);
  node.change = std::make_shared<const SourceNode>(change);
  return node;
}

const SourceNode *SourceNode::changeOf(const pb::FieldDescriptor *field) const {
  return change && field && isSet(*change->message, field) ? change.get() : nullptr;
}

SourcePosition SourceNode::at(StringRef field, int index) const {
  const pb::FieldDescriptor *descriptor = message->GetDescriptor()->FindFieldByName(field.str());
  if (const SourceNode *changed = changeOf(descriptor))
    return changed->at(field, index);
  SourcePosition position = self;
  position.path +=
      (position.path.empty() ? "" : ".") + field.str() + (index >= 0 ? "[" + std::to_string(index) + "]" : "");
  if (!tree || !descriptor)
    return position;
  // A repeated field as a whole begins where its first element does.
  if (descriptor->is_repeated() && index < 0) {
    if (!isSet(*message, descriptor))
      return self;
    index = 0;
  }
  pb::TextFormat::ParseLocation location = tree->GetLocation(descriptor, index);
  // Of a list in brackets, the parser notes where it begins.
  if (location.line < 0 && index > 0)
    location = tree->GetLocation(descriptor, 0);
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
  const SourceNode *changed = changeOf(descriptor);
  // Elements are replaced, not merged.
  if (changed && index >= 0)
    return changed->nested(field, index);
  const Tree *innerTree = tree ? tree->GetTreeForNested(descriptor, index) : nullptr;
  if (!changed)
    return SourceNode(inner, innerTree, at(field, index));
  SourceNode innerChange = changed->nested(field, index);
  return SourceNode(inner, innerTree, innerChange.self).changedBy(innerChange, inner);
}

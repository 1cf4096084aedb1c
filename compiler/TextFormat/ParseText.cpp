//===- ParseText.cpp - Parses protobuf's text form ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/TextFormat/TextFormat.h"
#include "llvm/ADT/StringExtras.h"
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <map>

using namespace llvm;
using namespace gradus;
namespace pb = google::protobuf;

namespace {

/// Messages by full name.
using MessageTypes = std::map<std::string, const pb::Descriptor *>;

/// Adds a message and all that its fields lead to.
void collectMessages(const pb::Descriptor *message, MessageTypes &messages) {
  if (!messages.emplace(message->full_name(), message).second)
    return;
  for (int i = 0; i < message->field_count(); ++i)
    if (const pb::Descriptor *inner = message->field(i)->message_type())
      collectMessages(inner, messages);
}

/// Turns the parser's errors into ours, with suggestions.
class ErrorCollector : public pb::io::ErrorCollector {
public:
  ErrorCollector(Diagnostics &diagnostics, StringRef text, const pb::Descriptor *root)
      : diagnostics(diagnostics), text(text) {
    collectMessages(root, messages);
  }

  void AddError(int line, pb::io::ColumnNumber column, const std::string &error) override {
    SourcePosition position{line + 1, column + 1, ""};
    StringRef message(error);
    if (message.contains("recursion limit"))
      return diagnostics.report(position, ErrorCode::NestingDepth,
                                "messages are nested too deeply (limit " + Twine(kMaxMessageDepth) + ")",
                                "use a function or repeat instead of nesting by hand");
    // Message type "gradus.model.v1.Dense" has no field named "unit".
    if (message.consume_front("Message type \"")) {
      auto [type, rest] = message.split('"');
      return reportUnknownField(position, type, rest.split("named \"").second.split('"').first);
    }
    // Unknown enumeration value of "RELUU" for field "activation".
    if (message.consume_front("Unknown enumeration value of \"")) {
      auto [value, rest] = message.split('"');
      return reportUnknownValue(position, value, rest.split('"').second.split('"').first);
    }
    message.consume_back(".");
    diagnostics.report(position, ErrorCode::Syntax, message.empty() ? "syntax error" : message);
  }
  void AddWarning(int, pb::io::ColumnNumber, const std::string &) override {}

private:
  Diagnostics &diagnostics;
  StringRef text;
  MessageTypes messages;

  void reportUnknownField(const SourcePosition &position, StringRef type, StringRef field) {
    SmallVector<StringRef> names;
    if (auto it = messages.find(type.str()); it != messages.end()) {
      type = it->second->name();
      for (int i = 0; i < it->second->field_count(); ++i)
        names.push_back(it->second->field(i)->name());
    }
    diagnostics.report(position, ErrorCode::UnknownField,
                       type + " has no field '" + field + "'" + didYouMean(field, names),
                       names.empty() ? "write { } alone" : "its fields are: " + join(names, ", "));
  }

  void reportUnknownValue(SourcePosition position, StringRef value, StringRef field) {
    // The parser has read on; the value is before.
    SmallVector<StringRef> lines;
    text.split(lines, '\n');
    if (position.line > 0 && static_cast<size_t>(position.line) <= lines.size())
      if (size_t at = lines[position.line - 1].take_front(position.column).rfind(value); at != StringRef::npos)
        position.column = static_cast<int>(at) + 1;
    SmallVector<StringRef> names;
    for (auto &[name, message] : messages)
      if (const pb::FieldDescriptor *f = message->FindFieldByName(field.str()); f && f->enum_type() && names.empty())
        for (int i = 0; i < f->enum_type()->value_count(); ++i)
          names.push_back(f->enum_type()->value(i)->name());
    StringRef guess = closest(value, names);
    diagnostics.report(position, ErrorCode::UnknownField,
                       field + " cannot be " + value + (guess.empty() ? "" : "; did you mean " + guess + "?"),
                       "it is one of: " + join(names, ", "));
  }
};

} // namespace

LogicalResult gradus::parseText(StringRef text, pb::Message &message, SourceNode::Tree &tree,
                                Diagnostics &diagnostics) {
  // A zero byte ends the text for SourceMgr, and no valid text holds one.
  if (text.contains('\0'))
    return diagnostics.error({}, ErrorCode::Syntax, "holds a zero byte: not a text file",
                             "files in binary form end in .pb");
  // What editors of other systems put in front is no part of the text; as spaces it
  // leaves columns as they are.
  std::string withoutMark;
  if (text.starts_with("\xef\xbb\xbf")) {
    withoutMark = ("   " + text.drop_front(3)).str();
    text = withoutMark;
  }
  pb::TextFormat::Parser parser;
  ErrorCollector errors(diagnostics, text, message.GetDescriptor());
  parser.RecordErrorsTo(&errors);
  parser.WriteLocationsTo(&tree);
  parser.SetRecursionLimit(kMaxMessageDepth);
  pb::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  return success(parser.Parse(&stream, &message));
}

//===- ModelFile.cpp - Reading model files --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ModelFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

using namespace llvm;
using namespace gradus;
namespace pb = google::protobuf;

static constexpr size_t kMaxFileBytes = 16 << 20;
static constexpr int kMaxDepth = 100;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

SourcePosition SourceNode::at(StringRef field, int index) const {
  const pb::FieldDescriptor *descriptor = message->GetDescriptor()->FindFieldByName(field.str());
  SourcePosition position = self;
  position.path +=
      (position.path.empty() ? "" : ".") + field.str() + (index >= 0 ? "[" + std::to_string(index) + "]" : "");
  if (!tree || !descriptor)
    return position;
  // A repeated field as a whole stands where its first element stands.
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
  const pb::Message &sub = index >= 0 ? reflection->GetRepeatedMessage(*message, descriptor, index)
                                      : reflection->GetMessage(*message, descriptor);
  return SourceNode(sub, tree ? tree->GetTreeForNested(descriptor, index) : nullptr, at(field, index));
}

SourceNode ModelFile::root() const {
  SourcePosition position;
  if (!binary)
    position.line = position.column = 1;
  return SourceNode(model, binary ? nullptr : &tree, position);
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

namespace {

/// All fields of all messages reachable from the model, by message name.
void collectFields(const pb::Descriptor *message, std::map<std::string, const pb::Descriptor *> &messages) {
  if (!messages.emplace(message->full_name(), message).second)
    return;
  for (int i = 0; i < message->field_count(); ++i)
    if (const pb::Descriptor *sub = message->field(i)->message_type())
      collectFields(sub, messages);
}

/// Turns the parser's messages into ours, with suggestions.
class ErrorCollector : public pb::io::ErrorCollector {
public:
  /// `source` is what is parsed.
  ErrorCollector(Diagnostics &diagnostics, StringRef source) : diagnostics(diagnostics), source(source) {}

  void AddError(int line, pb::io::ColumnNumber column, const std::string &message) override {
    SourcePosition position{line + 1, column + 1, ""};
    StringRef text(message);
    if (text.contains("recursion limit")) {
      (void)diagnostics.error(position, "G003", "messages are nested too deeply (limit 100)",
                              "use a function or repeat instead of nesting by hand");
      return;
    }
    // Message type "gradus.Dense" has no field named "unit".
    if (text.consume_front("Message type \"")) {
      auto [type, rest] = text.split('"');
      StringRef field = rest.split("named \"").second.split('"').first;
      std::map<std::string, const pb::Descriptor *> messages;
      collectFields(proto::Model::descriptor(), messages);
      SmallVector<StringRef> names;
      std::string all;
      if (auto it = messages.find(type.str()); it != messages.end()) {
        type = it->second->name();
        for (int i = 0; i < it->second->field_count(); ++i) {
          names.push_back(it->second->field(i)->name());
          all += (i ? ", " : "") + it->second->field(i)->name();
        }
      }
      StringRef guess = closest(field, names);
      (void)diagnostics.error(position, "G002",
                              type + " has no field '" + field + "'" +
                                  (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
                              names.empty() ? Twine("write { } alone") : "its fields are: " + Twine(all));
      return;
    }
    // Unknown enumeration value of "RELUU" for field "activation".
    if (text.consume_front("Unknown enumeration value of \"")) {
      auto [value, rest] = text.split('"');
      reportUnknownValue(position, value, rest.split('"').second.split('"').first);
      return;
    }
    StringRef plain(message);
    plain.consume_back(".");
    (void)diagnostics.error(position, "G001", plain.empty() ? "syntax error" : StringRef(plain));
  }
  void AddWarning(int, pb::io::ColumnNumber, const std::string &) override {}

private:
  Diagnostics &diagnostics;
  StringRef source;

  void reportUnknownValue(SourcePosition position, StringRef value, StringRef field) {
    // The parser has read on; the value stands before.
    SmallVector<StringRef> lines;
    source.split(lines, '\n');
    if (position.line > 0 && static_cast<size_t>(position.line) <= lines.size())
      if (size_t at = lines[position.line - 1].take_front(position.column).rfind(value); at != StringRef::npos)
        position.column = at + 1;
    std::map<std::string, const pb::Descriptor *> messages;
    collectFields(proto::Model::descriptor(), messages);
    SmallVector<StringRef> names;
    for (auto &[name, message] : messages)
      if (const pb::FieldDescriptor *f = message->FindFieldByName(field.str()); f && f->enum_type() && names.empty())
        for (int i = 0; i < f->enum_type()->value_count(); ++i)
          names.push_back(f->enum_type()->value(i)->name());
    StringRef guess = closest(value, names);
    (void)diagnostics.error(position, "G002",
                            field + " cannot be " + value + (guess.empty() ? "" : "; did you mean " + guess + "?"),
                            "it is one of: " + join(names, ", "));
  }
};

} // namespace

/// True if the message, or one inside it, holds fields this version lacks.
static bool hasUnknownFields(const pb::Message &message) {
  const pb::Reflection *reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty())
    return true;
  std::vector<const pb::FieldDescriptor *> fields;
  reflection->ListFields(message, &fields);
  for (const pb::FieldDescriptor *field : fields) {
    if (!field->message_type())
      continue;
    int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i)
      if (hasUnknownFields(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                : reflection->GetMessage(message, field)))
        return true;
  }
  return false;
}

std::unique_ptr<ModelFile> gradus::readModelFile(StringRef path) {
  auto file = std::make_unique<ModelFile>();
  file->name = path.str();
  auto buffer = MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  file->diagnostics = std::make_unique<Diagnostics>(path, "");
  if (!buffer) {
    (void)file->diagnostics->error({}, "G005", "cannot read: " + buffer.getError().message(),
                                   "give the path of a .txtpb or .pb model file");
    return nullptr;
  }
  if ((*buffer)->getBufferSize() > kMaxFileBytes) {
    (void)file->diagnostics->error({}, "G005", "larger than 16 MiB", "weights lie beside a model file, not in it");
    return nullptr;
  }
  file->text = (*buffer)->getBuffer().str();
  file->binary = path.ends_with(".pb");
  if (file->binary) {
    pb::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(file->text.data()), file->text.size());
    stream.SetRecursionLimit(kMaxDepth);
    if (!file->model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
      (void)file->diagnostics->error({}, "G001", "not a binary Gradus model, or cut short",
                                     "text models end in .txtpb");
      return nullptr;
    }
    if (hasUnknownFields(file->model)) {
      (void)file->diagnostics->error({}, "G002", "holds fields that this version does not know",
                                     "it may come from a newer Gradus");
      return nullptr;
    }
    return file;
  }
  // A NUL ends the text for SourceMgr, and no model holds one.
  if (size_t nul = file->text.find('\0'); nul != std::string::npos) {
    (void)file->diagnostics->error({}, "G001", "holds a zero byte: not a text file", "binary models end in .pb");
    return nullptr;
  }
  file->diagnostics = std::make_unique<Diagnostics>(path, file->text.empty() ? "\n" : file->text);
  pb::TextFormat::Parser parser;
  ErrorCollector errors(*file->diagnostics, file->text);
  parser.RecordErrorsTo(&errors);
  parser.WriteLocationsTo(&file->tree);
  parser.SetRecursionLimit(kMaxDepth);
  pb::io::ArrayInputStream stream(file->text.data(), file->text.size());
  if (!parser.Parse(&stream, &file->model))
    return nullptr;
  return file;
}

//===----------------------------------------------------------------------===//
// Formatting
//===----------------------------------------------------------------------===//

std::string gradus::formatModelText(StringRef text) {
  std::string out;
  int depth = 0;
  bool blank = true; // no blank line at the start, none after another
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  for (StringRef line : lines) {
    // Tokens: strings, comments, punctuation, words.
    SmallVector<StringRef> tokens;
    for (size_t i = 0; i < line.size();) {
      char c = line[i];
      size_t start = i++;
      if (isSpace(c))
        continue;
      if (c == '#') {
        i = line.size();
      } else if (c == '"' || c == '\'') {
        while (i < line.size() && line[i] != c)
          i += line[i] == '\\' ? 2 : 1;
        i = std::min(i + 1, line.size());
      } else if (!StringRef("{}[]<>:,;").contains(c)) {
        while (i < line.size() && !isSpace(line[i]) && !StringRef("{}[]<>:,;#\"'").contains(line[i]))
          ++i;
      }
      tokens.push_back(line.slice(start, i).rtrim());
    }
    if (tokens.empty()) {
      if (!blank)
        out += "\n";
      blank = true;
      continue;
    }
    blank = false;
    int closing = 0;
    while (closing < static_cast<int>(tokens.size()) && (tokens[closing] == "}" || tokens[closing] == "]"))
      ++closing;
    out.append(2 * std::max(0, depth - closing), ' ');
    for (size_t i = 0; i < tokens.size(); ++i) {
      StringRef t = tokens[i];
      bool tight = i == 0 || t == ":" || t == "," || t == ";" || t == "]" || tokens[i - 1] == "[" ||
                   (t == "}" && tokens[i - 1] == "{");
      if (t.starts_with("#") && i)
        out += "  ";
      else if (!tight)
        out += " ";
      out += t;
      if (t == "{" || t == "[")
        ++depth;
      if (t == "}" || t == "]")
        depth = std::max(0, depth - 1);
    }
    out += "\n";
  }
  while (StringRef(out).ends_with("\n\n"))
    out.pop_back();
  return out;
}

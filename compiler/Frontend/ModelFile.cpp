//===- ModelFile.cpp - Reading model files --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ModelFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include <google/protobuf/io/coded_stream.h>

using namespace llvm;
using namespace gradus;
namespace pb = google::protobuf;

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

static LogicalResult parseBinary(StringRef data, proto::Model &model, Diagnostics &diagnostics) {
  pb::io::CodedInputStream stream(data.bytes_begin(), static_cast<int>(data.size()));
  stream.SetRecursionLimit(kMaxMessageDepth);
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return diagnostics.error({}, ErrorCode::Syntax, "not a binary Gradus model, or cut short",
                             "text models end in .txtpb");
  if (hasUnknownFields(model))
    return diagnostics.error({}, ErrorCode::UnknownField, "holds fields that this version does not know",
                             "it may come from a newer Gradus");
  return success();
}

std::unique_ptr<ModelFile> gradus::readModelFile(StringRef path) {
  auto buffer = MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (buffer)
    return parseModelFile(path, (*buffer)->getBuffer());
  Diagnostics(path).report({}, ErrorCode::UnreadableFile, "cannot read: " + buffer.getError().message(),
                           "give the path of a .txtpb or .pb model file");
  return nullptr;
}

std::unique_ptr<ModelFile> gradus::parseModelFile(StringRef name, StringRef content) {
  auto file = std::make_unique<ModelFile>();
  file->name = name.str();
  file->binary = name.ends_with(".pb");
  file->diagnostics = std::make_unique<Diagnostics>(name);
  if (content.size() > kMaxTextBytes) {
    file->diagnostics->report({}, ErrorCode::UnreadableFile, "larger than 16 MiB",
                              "weights are stored beside a model file, not in it");
    return nullptr;
  }
  file->text = content.str();
  if (!file->binary)
    file->diagnostics = std::make_unique<Diagnostics>(name, file->text);
  LogicalResult parsed = file->binary ? parseBinary(file->text, file->model, *file->diagnostics)
                                      : parseText(file->text, file->model, file->tree, *file->diagnostics);
  return succeeded(parsed) ? std::move(file) : nullptr;
}

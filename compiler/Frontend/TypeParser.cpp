//===- TypeParser.cpp - Parses "f32[batch,28]" ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/TypeParser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace gradus;
namespace pb = google::protobuf;

static constexpr int64_t kMaxElements = int64_t(1) << 40;
static constexpr size_t kMaxRank = 8;

mlir::RankedTensorType TensorSpec::withBatch(int64_t batch) const {
  SmallVector<int64_t> sizes(shape);
  std::replace(sizes.begin(), sizes.end(), kBatch, batch);
  return mlir::RankedTensorType::get(sizes, element);
}

TypeParser::TypeParser(const ModelFile &file, mlir::MLIRContext &context, const StringMap<int64_t> &given)
    : file(file), context(context), given(given.keys()), sizes(given) {
  for (const proto::Dim &dim : file.model.dim())
    if (dim.size())
      sizes.try_emplace(dim.name(), dim.size());
}

std::optional<int64_t> TypeParser::sizeOf(StringRef dimension) const {
  auto it = sizes.find(dimension);
  return it == sizes.end() ? std::nullopt : std::optional<int64_t>(it->second);
}

template <typename Fail>
mlir::FailureOr<int64_t> TypeParser::parseDimension(StringRef part, Fail fail) const {
  StringRef name = part.trim();
  if (name == "batch")
    return TensorSpec::kBatch;
  int64_t size = 0;
  if (to_integer(name, size, 10)) {
    if (size < 1)
      return fail(part, ErrorCode::Type, "dimension " + name + " is not positive", "sizes are at least 1");
    return size;
  }
  if (std::optional<int64_t> known = sizeOf(name))
    return *known;
  if (!name.empty() && all_of(name, isDigit))
    return fail(part, ErrorCode::TensorSize, "dimension " + name + " is too large", "sizes are at most 2^40");
  return fail(part, ErrorCode::DimensionSize, "dimension '" + name + "' has no size",
              "declare dim { name: \"" + name + "\" size: … } or compile with --dim " + name + "=N");
}

/// The string in the field `type` of a message.
static std::string typeText(const pb::Message &message) {
  const pb::FieldDescriptor *field = message.GetDescriptor()->FindFieldByName("type");
  return message.GetReflection()->GetString(message, field);
}

mlir::FailureOr<TensorSpec> TypeParser::parse(const SourceNode &owner) const {
  std::string text = typeText(owner.getMessage());
  auto fail = [&](StringRef at, ErrorCode code, const Twine &message, const Twine &hint) {
    SourcePosition position = file.diagnostics->inString(owner.at("type"), at.data() - text.data());
    return file.diagnostics->error(position, code, message, hint);
  };
  StringRef rest = text;
  StringRef name = rest.take_while([](char c) { return isAlnum(c); });
  rest = rest.drop_front(name.size());
  TensorSpec spec;
  spec.element = StringSwitch<mlir::Type>(name)
                     .Case("f32", mlir::Float32Type::get(&context))
                     .Case("f64", mlir::Float64Type::get(&context))
                     .Case("i32", mlir::IntegerType::get(&context, 32))
                     .Case("i64", mlir::IntegerType::get(&context, 64))
                     .Default({});
  if (!spec.element)
    return fail(text, ErrorCode::Type, "unknown element type '" + name + "'",
                "use f32, f64, i32 or i64, as in f32[batch,28]");
  if (rest.empty())
    return spec;
  if (!rest.consume_front("[") || !rest.ends_with("]"))
    return fail(rest, ErrorCode::Type, "a type is an element type and a shape in brackets", "write f32[batch,28]");
  rest = rest.drop_back();
  if (rest.trim().empty())
    return spec;
  SmallVector<StringRef> parts;
  rest.split(parts, ',');
  if (parts.size() > kMaxRank)
    return fail(text, ErrorCode::Type, "more than 8 dimensions", "reshape to fewer");
  int64_t total = 1;
  for (StringRef part : parts) {
    mlir::FailureOr<int64_t> size = parseDimension(part, fail);
    if (failed(size))
      return failure();
    if (*size != TensorSpec::kBatch && (MulOverflow(total, *size, total) || total > kMaxElements))
      return fail(part, ErrorCode::TensorSize, "the tensor would hold more than 2^40 elements", "check the dimensions");
    spec.shape.push_back(*size);
  }
  return spec;
}

/// Adds the dimensions that the types of a message, and of those inside of it, name.
static void collectDimensions(const pb::Message &message, StringSet<> &names) {
  const pb::Reflection *reflection = message.GetReflection();
  std::vector<const pb::FieldDescriptor *> fields;
  reflection->ListFields(message, &fields);
  for (const pb::FieldDescriptor *field : fields) {
    if (field->name() == "type" && field->cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING) {
      std::string text = typeText(message);
      SmallVector<StringRef> parts;
      StringRef(text).split('[').second.split(']').first.split(parts, ',');
      for (StringRef part : parts)
        names.insert(part.trim());
    } else if (field->message_type() && field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i)
        collectDimensions(reflection->GetRepeatedMessage(message, field, i), names);
    } else if (field->message_type()) {
      collectDimensions(reflection->GetMessage(message, field), names);
    }
  }
}

LogicalResult TypeParser::checkGiven() const {
  SmallVector<StringRef> declared{"batch"};
  for (const proto::Dim &dim : file.model.dim())
    declared.push_back(dim.name());
  StringSet<> used;
  collectDimensions(file.model, used);
  for (StringRef name : given)
    if (!is_contained(declared, name) && !used.contains(name))
      return file.diagnostics->error(file.root().position(), ErrorCode::DimensionSize,
                                     "--dim " + name + ": the model has no such dimension" + didYouMean(name, declared),
                                     "its dimensions are: " + join(declared, ", "));
  return success();
}

LogicalResult gradus::checkElementCount(ArrayRef<int64_t> shape, const SourcePosition &position,
                                        Diagnostics &diagnostics) {
  int64_t total = 1;
  for (int64_t size : shape)
    if (size < 1 || MulOverflow(total, size, total) || total > kMaxElements)
      return diagnostics.error(position, ErrorCode::TensorSize,
                               "the tensor would hold more than 2^40 elements, or none", "check the sizes");
  return success();
}

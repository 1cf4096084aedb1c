//===- Diagnostics.cpp - Errors in a model file ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

Diagnostics::Diagnostics(StringRef file, StringRef text) : name(file), hasText(!text.empty()) {
  sources.AddNewSourceBuffer(MemoryBuffer::getMemBufferCopy(text, file), SMLoc());
}

void Diagnostics::print(const SourcePosition &position, SourceMgr::DiagKind kind, const Twine &message) {
  if (hasText && position.line > 0) {
    SMLoc loc = sources.FindLocForLineAndColumn(1, position.line, std::max(1, position.column));
    if (loc.isValid())
      return sources.PrintMessage(errs(), loc, kind, message);
  }
  errs() << name << (position.path.empty() ? "" : ": ") << position.path << ": "
         << (kind == SourceMgr::DK_Error ? "error: " : "note: ") << message << "\n";
}

LogicalResult Diagnostics::error(const SourcePosition &position, StringRef code, const Twine &message,
                                 const Twine &hint) {
  ++errors;
  print(position, SourceMgr::DK_Error, message + " [" + code + "]");
  std::string text = hint.str();
  if (!text.empty())
    errs() << "  hint: " << text << "\n";
  return failure();
}

void Diagnostics::note(const SourcePosition &position, const Twine &message) {
  print(position, SourceMgr::DK_Note, message);
}

StringRef gradus::closest(StringRef word, ArrayRef<StringRef> candidates) {
  StringRef best;
  unsigned bestDistance = std::max<size_t>(2, word.size() / 3) + 1;
  for (StringRef candidate : candidates) {
    unsigned distance = word.edit_distance(candidate, /*AllowReplacements=*/true, bestDistance);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

static constexpr std::pair<StringLiteral, StringLiteral> kCodes[] = {
    {"G001",
     "The file is not valid protobuf text. The caret stands where the parser gave up; look just before it for a "
     "missing brace, colon or quote."},
    {"G002",
     "A field is not part of the message it stands in. The fields of every message are listed, with comments, in "
     "compiler/Frontend/model.proto."},
    {"G003", "The file nests messages too deeply (limit 100). Use a function or repeat instead of nesting by hand."},
    {"G004", "format_version says which version of the model language a file uses. This compiler reads version 1."},
    {"G005", "The file could not be read, or is larger than 16 MiB. Weights do not belong into a model file; they lie "
             "beside it as safetensors."},
    {"G101", "Names may hold letters, digits and _ . / -, and begin with a letter or _; within one scope each is given "
             "once."},
    {"G102",
     "A type is an element type and a shape, such as f32[batch,1,28,28]. Element types: f32, f64, i32, i64. The "
     "first dimension of an input is batch."},
    {"G103", "A dimension has no size. Give it one in the file (dim { name: \"d\" size: 8 }) or on the command line "
             "(--dim d=8)."},
    {"G104", "A tensor would hold more than 2^40 elements, or a size overflows. Check the dimensions."},
    {"G201",
     "A layer reads a name that nothing before it defines: inputs, outputs of earlier layers, and their names can "
     "be read. A name defined only later would make a cycle."},
    {"G202",
     "A layer got inputs of shapes or types it cannot work on. The message says what it got and what it needs."},
    {"G203", "A layer has another number of inputs than it takes."},
    {"G204", "A layer's setting is missing or out of range."},
    {"G205", "A call names a function that the file does not define, or functions call each other in a circle."},
    {"G206",
     "A pass of the compiler cannot take what the model says, for the reason given: for example an op without a "
     "derivative between the loss and a parameter."},
    {"G301", "The recipe (train { … }) lacks something or contradicts itself."},
    {"G302", "A dataset does not fit the model's inputs."},
};

StringRef gradus::explainCode(StringRef code) {
  for (auto &[name, text] : kCodes)
    if (name == code)
      return text;
  return {};
}

ArrayRef<std::pair<StringLiteral, StringLiteral>> gradus::allCodes() { return kCodes; }

//===- Diagnostics.cpp - Errors in input files ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/TextFormat/Diagnostics.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

/// Columns that a tab advances to: protobuf's tokenizer has the same.
static constexpr int kTabWidth = 8;

Diagnostics::Diagnostics(StringRef file) : name(file), hasText(false) {}

Diagnostics::Diagnostics(StringRef file, StringRef text) : name(file), hasText(true) {
  // SourceMgr finds no line in an empty buffer.
  sources.AddNewSourceBuffer(MemoryBuffer::getMemBufferCopy(text.empty() ? "\n" : text, file), SMLoc());
}

StringRef Diagnostics::text() const { return sources.getMemoryBuffer(sources.getMainFileID())->getBuffer(); }

/// The byte at a position; null if the file has no such line. Lines that are too
/// short count as ending there.
const char *Diagnostics::byteAt(const SourcePosition &position) const {
  StringRef rest = text();
  for (int line = 1; line < position.line; ++line) {
    size_t end = rest.find('\n');
    if (end == StringRef::npos)
      return nullptr;
    rest = rest.drop_front(end + 1);
  }
  int column = 0;
  while (column < position.column - 1 && !rest.empty() && rest[0] != '\n') {
    column += rest[0] == '\t' ? kTabWidth - column % kTabWidth : 1;
    rest = rest.drop_front();
  }
  return rest.data();
}

void Diagnostics::print(const SourcePosition &position, SourceMgr::DiagKind kind, const Twine &message) {
  if (hasText && position.line > 0) {
    if (const char *at = byteAt(position))
      return sources.PrintMessage(errs(), SMLoc::getFromPointer(at), kind, message);
  }
  errs() << name << (position.path.empty() ? "" : ": ") << position.path << ": "
         << (kind == SourceMgr::DK_Error ? "error: " : "note: ") << message << "\n";
}

void Diagnostics::report(const SourcePosition &position, ErrorCode code, const Twine &message, const Twine &hint) {
  print(position, SourceMgr::DK_Error, message + " [" + allErrorCodes()[static_cast<size_t>(code)].code + "]");
  std::string text = hint.str();
  if (!text.empty())
    errs() << "  hint: " << text << "\n";
}

LogicalResult Diagnostics::error(const SourcePosition &position, ErrorCode code, const Twine &message,
                                 const Twine &hint) {
  report(position, code, message, hint);
  return failure();
}

void Diagnostics::note(const SourcePosition &position, const Twine &message) {
  print(position, SourceMgr::DK_Note, message);
}

//===----------------------------------------------------------------------===//
// Positions inside strings
//===----------------------------------------------------------------------===//

/// `text` without white space and comments in front.
static StringRef skipSpace(StringRef text) {
  text = text.ltrim();
  while (text.starts_with("#"))
    text = text.drop_while([](char c) { return c != '\n'; }).ltrim();
  return text;
}

/// The bytes of source that one byte of a string's value takes: an escape takes
/// several. A \u escape is several bytes of value; the caret then stands on it.
static size_t sourceLength(StringRef literal) {
  if (literal[0] != '\\' || literal.size() < 2)
    return 1;
  size_t digits = 0;
  if (literal[1] == 'x' || literal[1] == 'X')
    digits = 1 + literal.drop_front(2).take_front(2).take_while(isHexDigit).size();
  else
    digits = literal.drop_front(1).take_front(3).take_while([](char c) { return c >= '0' && c <= '7'; }).size();
  return 1 + std::max<size_t>(1, digits);
}

/// Where each byte of the string at the front of `source` is written, and where
/// its last quote is. Adjacent literals are one string. Empty if there is none.
static SmallVector<const char *> bytesOfString(StringRef source) {
  SmallVector<const char *> bytes;
  const char *end = nullptr;
  while (source.starts_with("\"") || source.starts_with("'")) {
    char quote = source[0];
    source = source.drop_front();
    while (!source.empty() && source[0] != quote) {
      bytes.push_back(source.data());
      source = source.drop_front(sourceLength(source));
    }
    end = source.data();
    source = skipSpace(source.drop_front(source.empty() ? 0 : 1));
  }
  if (end)
    bytes.push_back(end);
  return bytes;
}

SourcePosition Diagnostics::inString(const SourcePosition &field, size_t offset) const {
  const char *begin = hasText && field.line > 0 ? byteAt(field) : nullptr;
  if (!begin)
    return field;
  StringRef source = text().drop_front(begin - text().data());
  source = skipSpace(source.drop_while([](char c) { return isAlnum(c) || c == '_'; }));
  if (!source.consume_front(":"))
    return field;
  SmallVector<const char *> bytes = bytesOfString(skipSpace(source));
  if (bytes.empty())
    return field;
  StringRef before(text().data(), bytes[std::min(offset, bytes.size() - 1)] - text().data());
  SourcePosition position = field;
  position.line = static_cast<int>(1 + before.count('\n'));
  position.column = 1;
  for (char c : before.drop_front(before.rfind('\n') + 1))
    position.column += c == '\t' ? kTabWidth - (position.column - 1) % kTabWidth : 1;
  return position;
}

//===----------------------------------------------------------------------===//
// Suggestions and codes
//===----------------------------------------------------------------------===//

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

std::string gradus::didYouMean(StringRef word, ArrayRef<StringRef> candidates) {
  StringRef guess = closest(word, candidates);
  return guess.empty() ? "" : ("; did you mean '" + guess + "'?").str();
}

ArrayRef<ErrorCodeInfo> gradus::allErrorCodes() {
  static constexpr ErrorCodeInfo codes[] = {
#define GRADUS_ERROR_CODE(name, code, explanation) {code, explanation},
#include "compiler/TextFormat/ErrorCodes.def"
  };
  return codes;
}

StringRef gradus::explainErrorCode(StringRef code) {
  for (const ErrorCodeInfo &info : allErrorCodes())
    if (info.code == code)
      return info.explanation;
  return {};
}

//===- FormatText.cpp - Formats protobuf's text form ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/TextFormat/TextFormat.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace gradus;

/// The strings, comments, punctuation and words of a line.
static SmallVector<StringRef> tokensOf(StringRef line) {
  constexpr StringLiteral punctuation = "{}[]<>:,;";
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
    } else if (!punctuation.contains(c)) {
      while (i < line.size() && !isSpace(line[i]) && !punctuation.contains(line[i]) &&
             !StringRef("#\"'").contains(line[i]))
        ++i;
    }
    tokens.push_back(line.slice(start, i).rtrim());
  }
  return tokens;
}

/// Appends a line to `out` and takes `depth`, the level of braces, over it.
static void formatLine(ArrayRef<StringRef> tokens, int &depth, std::string &out) {
  ArrayRef<StringRef> closing = tokens.take_while([](StringRef t) { return t == "}" || t == "]"; });
  out.append(2 * std::max<int>(0, depth - static_cast<int>(closing.size())), ' ');
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

std::string gradus::formatText(StringRef text) {
  std::string out;
  int depth = 0;
  bool blank = true; // no blank line at the start, none after another
  SmallVector<StringRef> lines;
  text.consume_front("\xef\xbb\xbf"); // a byte order mark
  text.split(lines, '\n');
  for (StringRef line : lines) {
    SmallVector<StringRef> tokens = tokensOf(line);
    if (!tokens.empty())
      formatLine(tokens, depth, out);
    else if (!blank)
      out += "\n";
    blank = tokens.empty();
  }
  while (StringRef(out).ends_with("\n\n"))
    out.pop_back();
  return out;
}

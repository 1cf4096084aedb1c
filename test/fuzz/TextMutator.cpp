//===- TextMutator.cpp - Mutations that know words and lines --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Half of the mutations of targets that read text: pieces of it are moved, copied,
// left out and exchanged as a whole, so that more of what comes out can be parsed than
// of texts with other bytes.
//
//===----------------------------------------------------------------------===//
#include "FuzzTarget.h"
#include <algorithm>
#include <cctype>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

/// What libFuzzer and Replay.cpp do with bytes.
extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {

using Random = std::minstd_rand;
using Pieces = std::vector<std::string_view>;

bool isWord(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-'; }

/// The text as words, numbers and other characters; white space goes with what it follows.
Pieces wordsOf(std::string_view text) {
  Pieces words;
  while (!text.empty()) {
    size_t length = 1;
    while (isWord(text[0]) && length < text.size() && isWord(text[length]))
      ++length;
    while (length < text.size() && isspace(static_cast<unsigned char>(text[length])))
      ++length;
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

/// The text as lines, each with its end.
Pieces linesOf(std::string_view text) {
  Pieces lines;
  while (!text.empty()) {
    size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

/// How many pieces from `first` on make a whole: up to the bracket that closes the
/// first that opens, or a few.
size_t extent(const Pieces &pieces, size_t first, Random &random) {
  int depth = 0;
  for (size_t i = first; i < pieces.size(); ++i) {
    for (char c : pieces[i])
      depth += (strchr("{[(<", c) && c) - (strchr("}])>", c) && c);
    if (depth <= 0 && random() % 2)
      return i + 1 - first;
  }
  return 1 + random() % 3;
}

/// Exchanges a number for one at a border of something.
void changeNumber(Pieces &words, Random &random) {
  static constexpr std::string_view kNumbers[] = {"0 ",
                                                  "1 ",
                                                  "-1 ",
                                                  "2 ",
                                                  "3 ",
                                                  "7 ",
                                                  "64 ",
                                                  "1e300 ",
                                                  "1e-9",
                                                  "nan ",
                                                  "-inf ",
                                                  "2147483647 ",
                                                  "4294967296 ",
                                                  "65536 ",
                                                  "9223372036854775807 ",
                                                  "-9223372036854775808 "};
  std::vector<size_t> numbers;
  for (size_t i = 0; i < words.size(); ++i)
    if (isdigit(static_cast<unsigned char>(words[i][0])))
      numbers.push_back(i);
  if (!numbers.empty())
    words[numbers[random() % numbers.size()]] = kNumbers[random() % std::size(kNumbers)];
}

/// Moves, copies, leaves out or exchanges some of the pieces.
void rearrange(Pieces &pieces, Random &random) {
  size_t from = random() % pieces.size(), to = random() % pieces.size();
  size_t count = std::min(extent(pieces, from, random), pieces.size() - from);
  Pieces some(pieces.begin() + from, pieces.begin() + from + count);
  switch (random() % 4) {
  case 0:
    pieces.erase(pieces.begin() + from, pieces.begin() + from + count);
    break;
  case 1:
    pieces.insert(pieces.begin() + to, some.begin(), some.end());
    break;
  case 2:
    std::swap(pieces[from], pieces[to]);
    break;
  default:
    pieces[to] = pieces[from];
  }
}

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  Random random(seed);
  if (size == 0 || random() % 2)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::string text(reinterpret_cast<const char *>(data), size);
  Pieces pieces = random() % 3 ? wordsOf(text) : linesOf(text);
  do {
    if (random() % 4)
      rearrange(pieces, random);
    else
      changeNumber(pieces, random);
  } while (!pieces.empty() && random() % 3 == 0);
  std::string out;
  for (std::string_view piece : pieces)
    out += piece;
  out.resize(std::min(out.size(), maxSize));
  memcpy(data, out.data(), out.size());
  return out.size();
}

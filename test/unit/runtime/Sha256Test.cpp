//===- Sha256Test.cpp - SHA-256 against published digests -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "base/sha256.h"
}
#include <gtest/gtest.h>
#include <string>

namespace {

std::string digest(const std::string &text, size_t piece) {
  gradus_sha256_t sha;
  char hex[65];
  gradus_sha256_init(&sha);
  for (size_t i = 0; i < text.size(); i += piece)
    gradus_sha256_add(&sha, text.data() + i, std::min(piece, text.size() - i));
  gradus_sha256_hex(&sha, hex);
  return hex;
}

// The examples of FIPS 180-4, and the empty message.
TEST(Sha256, PublishedDigests) {
  EXPECT_EQ(digest("", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest(std::string(1000000, 'a'), 1000000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesDoNotMatter) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += static_cast<char>(i * 37);
  for (size_t piece : {1, 7, 63, 64, 65, 128})
    EXPECT_EQ(digest(text, piece), digest(text, text.size())) << piece;
}

} // namespace

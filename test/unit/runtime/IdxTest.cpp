//===- IdxTest.cpp - Reading IDX files ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "data/idx.h"
}
#include "Files.h"
#include <gtest/gtest.h>

using namespace gradus::test;

namespace {

/// A header: type, then sizes.
std::string header(uint8_t type, std::initializer_list<uint32_t> sizes) {
  std::string text{'\0', '\0', static_cast<char>(type), static_cast<char>(sizes.size())};
  for (uint32_t size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8)
      text += static_cast<char>(size >> shift);
  return text;
}

class IdxTest : public testing::Test {
protected:
  TempFolder folder;
  gradus_source_t source = {};
  gradus_error_t error = {};

  int parse(const std::string &bytes) {
    gradus_source_close(&source);
    source.scale = 1;
    EXPECT_EQ(gradus_file_open(folder.write("f", bytes).c_str(), &source.file, &error), 0);
    return gradus_idx_parse("f", &source, &error);
  }
  ~IdxTest() override { gradus_source_close(&source); }
};

TEST_F(IdxTest, BytesAreRowsOfTheFirstDimension) {
  ASSERT_EQ(parse(header(0x08, {2, 1, 3}) + "\x01\x02\x03\x04\xff\x06"), 0) << error.text;
  EXPECT_EQ(source.count, 2u);
  EXPECT_EQ(source.elements, 3u);
  source.scale = 0.5;
  float row[3];
  gradus_source_row(&source, 1, GRADUS_F32, row);
  EXPECT_EQ(row[0], 2.0f);
  EXPECT_EQ(row[1], 127.5f);
  EXPECT_EQ(row[2], 3.0f);
}

TEST_F(IdxTest, OtherTypesAreBigEndian) {
  int64_t row[1];
  ASSERT_EQ(parse(header(0x0c, {2}) + std::string("\x00\x00\x01\x02\xff\xff\xff\xfe", 8)), 0) << error.text;
  gradus_source_row(&source, 0, GRADUS_I64, row);
  EXPECT_EQ(row[0], 258);
  gradus_source_row(&source, 1, GRADUS_I64, row);
  EXPECT_EQ(row[0], -2);
  double number[1];
  ASSERT_EQ(parse(header(0x0d, {1}) + std::string("\x3f\xc0\x00\x00", 4)), 0) << error.text;
  gradus_source_row(&source, 0, GRADUS_F64, number);
  EXPECT_EQ(number[0], 1.5);
  ASSERT_EQ(parse(header(0x0e, {1}) + std::string("\xc0\x04\x00\x00\x00\x00\x00\x00", 8)), 0) << error.text;
  gradus_source_row(&source, 0, GRADUS_F64, number);
  EXPECT_EQ(number[0], -2.5);
  ASSERT_EQ(parse(header(0x09, {1}) + "\x80"), 0) << error.text;
  gradus_source_row(&source, 0, GRADUS_F64, number);
  EXPECT_EQ(number[0], -128);
}

TEST_F(IdxTest, HostileHeaders) {
  EXPECT_EQ(parse(""), -1);
  EXPECT_EQ(parse("abcd"), -1);
  EXPECT_TRUE(says(error.text, "two zero bytes")) << error.text;
  EXPECT_EQ(parse(header(0x42, {1}) + "x"), -1);
  EXPECT_TRUE(says(error.text, "0x42 is not supported")) << error.text;
  EXPECT_EQ(parse(header(0x08, {})), -1);
  EXPECT_EQ(parse(header(0x08, {1, 1, 1, 1, 1, 1, 1, 1, 1}) + "x"), -1);
  EXPECT_TRUE(says(error.text, "9 dimensions")) << error.text;
  EXPECT_EQ(parse(header(0x08, {1, 2, 3}).substr(0, 9)), -1);
  EXPECT_TRUE(says(error.text, "cut short")) << error.text;
  EXPECT_EQ(parse(header(0x08, {3, 2}) + "12345"), -1);
  EXPECT_TRUE(says(error.text, "promises 3 samples of 2 bytes, the file holds 5")) << error.text;
  EXPECT_EQ(parse(header(0x08, {3, 2}) + "1234567"), -1);
  // Sizes whose product is 2^64, of which nothing is left in 64 bits.
  EXPECT_EQ(parse(header(0x08, {1, 65536, 65536, 65536, 65536})), -1);
  EXPECT_TRUE(says(error.text, "overflow")) << error.text;
}

} // namespace

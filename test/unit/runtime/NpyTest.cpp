//===- NpyTest.cpp - Reading and writing .npy files -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "data/npy.h"
#include "data/value.h"
}
#include "Files.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace gradus::test;

namespace {

/// A file of version 1 with this dictionary.
std::string npy(const std::string &dictionary, const std::string &data, char version = 1) {
  std::string text = std::string("\x93NUMPY", 6) + version + '\0';
  uint32_t length = static_cast<uint32_t>(dictionary.size());
  text += version == 1 ? bytesOf(static_cast<uint16_t>(length)) : bytesOf(length);
  return text + dictionary + data;
}

std::string dictionary(const std::string &descr, const std::string &shape, const std::string &order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

class NpyTest : public testing::Test {
protected:
  TempFolder folder;
  gradus_source_t source = {};
  gradus_error_t error = {};

  int open(const std::string &bytes, uint64_t rowElements = 0) {
    gradus_source_close(&source);
    return gradus_npy_open(folder.write("f.npy", bytes).c_str(), &source, rowElements, &error);
  }
  ~NpyTest() override { gradus_source_close(&source); }
};

TEST_F(NpyTest, WhatIsWrittenIsRead) {
  const int64_t shape[] = {99, 3};
  const gradus_tensor_t tensor = {"y", shape, 2, GRADUS_F32, 0, 0};
  const float values[] = {1.5f, -2, 3, NAN, 5, 6e-30f};
  std::string path = folder.path("w.npy");
  ASSERT_EQ(gradus_npy_write(path.c_str(), &tensor, 2, values, &error), 0) << error.text;
  EXPECT_EQ((folder.read("w.npy").size() - sizeof values) % 64, 0u); // where the data begins
  ASSERT_EQ(gradus_npy_open(path.c_str(), &source, 0, &error), 0) << error.text;
  EXPECT_EQ(source.count, 2u);
  EXPECT_EQ(source.elements, 3u);
  float row[3];
  gradus_source_row(&source, 1, GRADUS_F32, row);
  EXPECT_TRUE(std::isnan(row[0]));
  EXPECT_EQ(row[1], 5);
  EXPECT_EQ(row[2], 6e-30f);
}

TEST_F(NpyTest, TypesAndVersions) {
  double row[2];
  ASSERT_EQ(open(npy(dictionary("<i8", "(2,)"), bytesOf(int64_t{-7}) + bytesOf(int64_t{9}))), 0) << error.text;
  gradus_source_row(&source, 0, GRADUS_F64, row);
  EXPECT_EQ(row[0], -7);
  ASSERT_EQ(open(npy(dictionary("|u1", "(1, 2)"), "\xfe\x01", 2)), 0) << error.text;
  gradus_source_row(&source, 0, GRADUS_F64, row);
  EXPECT_EQ(row[0], 254);
  EXPECT_EQ(row[1], 1);
  ASSERT_EQ(open(npy(dictionary("<f8", "()"), bytesOf(0.25), 3)), 0) << error.text;
  EXPECT_EQ(source.count, 1u);
}

TEST_F(NpyTest, ValuesThatTheInputDoesNotTake) {
  const int64_t shape[] = {1};
  auto message = [&](const std::string &file, uint64_t dtype, int64_t indices = 0) -> std::string {
    const gradus_tensor_t input = {"y", shape, 1, dtype, 0, indices};
    EXPECT_EQ(open(file), 0) << error.text;
    return gradus_source_check("w.npy", &source, &input, &error) ? error.text : "";
  };
  std::string doubles = npy(dictionary("<f8", "(2,)"), bytesOf(3.0) + bytesOf(double(NAN)));
  EXPECT_EQ(message(doubles, GRADUS_F32), "");
  EXPECT_EQ(message(doubles, GRADUS_I32), "w.npy: sample 1: nan is not an integer");
  EXPECT_EQ(message(doubles, GRADUS_I64, 3),
            "w.npy: sample 0: 3 is out of range: the model takes integers from 0 to 2 here");
  std::string wide = npy(dictionary("<i8", "(2,)"), bytesOf(int64_t{7}) + bytesOf((int64_t{1} << 53) + 1));
  EXPECT_EQ(message(wide, GRADUS_I32), "w.npy: sample 1: 9007199254740992 is beyond the range of i32");
  EXPECT_EQ(message(wide, GRADUS_I64), "");
  int64_t value;
  gradus_source_row(&source, 1, GRADUS_I64, &value);
  EXPECT_EQ(value, (int64_t{1} << 53) + 1);
  std::string bytes = npy(dictionary("|u1", "(2,)"), "\x01\x09", 2);
  EXPECT_EQ(message(bytes, GRADUS_I32), "");
  EXPECT_EQ(message(bytes, GRADUS_I32, 10), "");
  EXPECT_EQ(message(bytes, GRADUS_I32, 9),
            "w.npy: sample 1: 9 is out of range: the model takes integers from 0 to 8 here");
  std::string large = npy(dictionary("<f8", "(1,)"), bytesOf(1e39));
  EXPECT_EQ(message(large, GRADUS_F32), "w.npy: sample 0: 1e+39 is beyond the range of f32");
}

TEST_F(NpyTest, RowsOfGivenLength) {
  std::string six(6, '\x02');
  ASSERT_EQ(open(npy(dictionary("|u1", "(6,)"), six), 3), 0) << error.text;
  EXPECT_EQ(source.count, 2u);
  EXPECT_EQ(open(npy(dictionary("|u1", "(6,)"), six), 4), -1);
  EXPECT_TRUE(says(error.text, "6 elements do not make rows of 4")) << error.text;
}

TEST_F(NpyTest, HostileHeaders) {
  EXPECT_EQ(open("NUMPY"), -1);
  EXPECT_TRUE(says(error.text, "not a .npy file")) << error.text;
  EXPECT_EQ(open(npy(dictionary("<f4", "(1,)"), "1234", 9)), -1);
  EXPECT_TRUE(says(error.text, "version 9")) << error.text;
  EXPECT_EQ(open(npy(dictionary("<f4", "(1,)"), "").substr(0, 30)), -1);
  EXPECT_TRUE(says(error.text, "cut short")) << error.text;
  EXPECT_EQ(open(npy("{'descr': '<f4'}", "1234")), -1);
  EXPECT_TRUE(says(error.text, "lacks descr")) << error.text;
  EXPECT_EQ(open(npy(dictionary(">f4", "(1,)"), "1234")), -1);
  EXPECT_TRUE(says(error.text, "is not supported")) << error.text;
  EXPECT_EQ(open(npy(dictionary("<f4", "(1,)", "True"), "1234")), -1);
  EXPECT_TRUE(says(error.text, "Fortran order")) << error.text;
  EXPECT_EQ(open(npy(dictionary("<f4", "(-1,)"), "1234")), -1);
  EXPECT_TRUE(says(error.text, "shape is invalid")) << error.text;
  EXPECT_EQ(open(npy(dictionary("<f4", "(4294967296, 4294967296)"), "1234")), -1);
  EXPECT_TRUE(says(error.text, "overflow")) << error.text;
  EXPECT_EQ(open(npy(dictionary("<f4", "(2,)"), "1234")), -1);
  EXPECT_TRUE(says(error.text, "promises 2 elements, the file holds 4 bytes")) << error.text;
}

} // namespace

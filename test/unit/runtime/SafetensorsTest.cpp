//===- SafetensorsTest.cpp - Files of weights -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "session/safetensors.h"
}
#include "Files.h"
#include <gtest/gtest.h>

using namespace gradus::test;

namespace {

/// A file with this header.
std::string file(const std::string &header, const std::string &data) {
  return bytesOf(uint64_t{header.size()}) + header + data;
}

class SafetensorsTest : public testing::Test {
protected:
  TempFolder folder;
  gradus_safetensors_t st = {};
  gradus_error_t error = {};

  int open(const std::string &bytes) {
    gradus_safetensors_close(&st);
    return gradus_safetensors_open(folder.write("f", bytes).c_str(), &st, &error);
  }
  /// The message for a file that is refused.
  std::string refusal(const std::string &bytes) {
    EXPECT_EQ(open(bytes), -1) << bytes;
    std::string text = error.text, path = folder.path("f") + ": ";
    return text.rfind(path, 0) == 0 ? text.substr(path.size()) : text;
  }
  std::string invalid(const std::string &header, const std::string &data = "12345678") {
    std::string text = refusal(file(header, data)), prefix = "not a valid safetensors file: ";
    return text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
  }
  ~SafetensorsTest() override { gradus_safetensors_close(&st); }
};

const char kEntry[] = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";

TEST_F(SafetensorsTest, WhatIsWrittenIsRead) {
  const int64_t matrix[] = {2, 3};
  const gradus_tensor_t weight = {"b \"quoted\"", matrix, 2, GRADUS_F32, 24, 0},
                        step = {"a", nullptr, 0, GRADUS_I64, 8, 0};
  const float values[] = {1, 2, 3, 4, 5, 6};
  const int64_t number = -9;
  const gradus_safetensors_item_t items[] = {{&weight, values}, {&step, &number}};
  const char *metadata[] = {"format", "test", "empty", "", nullptr};
  std::string path = folder.path("w");
  ASSERT_EQ(gradus_safetensors_write(path.c_str(), items, 2, metadata, &error), 0) << error.text;
  ASSERT_EQ(gradus_safetensors_open(path.c_str(), &st, &error), 0) << error.text;
  EXPECT_EQ((st.data - st.file.data) % 8, 0);
  EXPECT_EQ(st.count, 2u);
  EXPECT_STREQ(gradus_safetensors_meta(&st, "format"), "test");
  EXPECT_STREQ(gradus_safetensors_meta(&st, "empty"), "");
  EXPECT_EQ(gradus_safetensors_meta(&st, "test"), nullptr); // a value is no key
  const gradus_safetensors_entry_t *b = gradus_safetensors_find(&st, "b \"quoted\"");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->dtype, static_cast<uint64_t>(GRADUS_F32));
  EXPECT_EQ(b->rank, 2u);
  EXPECT_EQ(b->shape[1], 3);
  EXPECT_EQ(std::string(reinterpret_cast<const char *>(st.data + b->offset), b->bytes),
            std::string(reinterpret_cast<const char *>(values), sizeof values));
  EXPECT_EQ(gradus_safetensors_find(&st, "c"), nullptr);
  EXPECT_EQ(gradus_safetensors_verify(&st, "w", &error), 0) << error.text;

  // Any bit that is not as it was is noticed.
  std::string bytes = folder.read("w");
  for (size_t at : {bytes.size() - 1, bytes.find("test")}) {
    std::string damaged = bytes;
    damaged[at] ^= 1;
    ASSERT_EQ(open(damaged), 0) << error.text;
    EXPECT_EQ(gradus_safetensors_verify(&st, "w", &error), -1);
    EXPECT_TRUE(says(error.text, "damaged")) << error.text;
  }
}

TEST_F(SafetensorsTest, FilesOfOthers) {
  ASSERT_EQ(open(file("{}", "")), 0) << error.text;
  EXPECT_EQ(st.count, 0u);
  EXPECT_EQ(gradus_safetensors_find(&st, "a"), nullptr);
  EXPECT_EQ(gradus_safetensors_verify(&st, "f", &error), 0);
  ASSERT_EQ(
      open(file(R"( { "x\n\/" : { "data_offsets" : [ 0 , 8 ] , "shape" : [ ] , "dtype" : "F64" } }  )", "12345678")), 0)
      << error.text;
  EXPECT_NE(gradus_safetensors_find(&st, "x\n/"), nullptr);
  ASSERT_EQ(open(file(R"({"__metadata__":{},"z":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}})", "")), 0)
      << error.text;
}

TEST_F(SafetensorsTest, HostileSizes) {
  EXPECT_EQ(refusal("1234567"), "not a valid safetensors file: shorter than its own header");
  EXPECT_EQ(refusal(bytesOf(uint64_t{3}) + "{}"), "not a valid safetensors file: the header is longer than the file");
  EXPECT_EQ(refusal(bytesOf(UINT64_MAX) + "{}"), "not a valid safetensors file: the header is longer than the file");
  EXPECT_EQ(invalid(std::string("{") + kEntry + "}", "1234567"),
            "cut short or too long: the header tells of 8 bytes of data, the file has 7");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})"),
            "a shape is not a list of at most 16 sizes");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}})"),
            "a shape is not a list of at most 16 sizes");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}})"),
            "a shape is not a list of at most 16 sizes");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})"),
            "a tensor's size does not match its shape");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})"),
            "data_offsets are not [begin, end] with begin <= end");
}

TEST_F(SafetensorsTest, HolesAndOverlap) {
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                    R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})"),
            "tensors overlap or leave holes");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"), "tensors overlap or leave holes");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                    R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
            "a name stands twice");
}

TEST_F(SafetensorsTest, HostileHeaders) {
  EXPECT_EQ(invalid(""), "the header is not an object");
  EXPECT_EQ(invalid("[]"), "the header is not an object");
  EXPECT_EQ(invalid("{"), "a string is missing");
  EXPECT_EQ(invalid(R"({"a)"), "a string does not end");
  EXPECT_EQ(invalid(R"({"a\)"), "a string does not end");
  EXPECT_EQ(invalid(R"({"a\u0041":1})"), "an escape that names do not need");
  EXPECT_EQ(invalid("{\"a\x01\":1}"), "a control character in a string");
  EXPECT_EQ(invalid(R"({"a" {})"), "a colon is missing");
  EXPECT_EQ(invalid(R"({"a":[]})"), "an entry is not an object");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32","dtype":"F32"}})"), "an entry has an unknown or repeated key");
  EXPECT_EQ(invalid(R"({"a":{"size":1}})"), "an entry has an unknown or repeated key");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"F32"}})"), "an entry is incomplete");
  EXPECT_EQ(invalid(R"({"a":{"dtype":"BF16"}})"), "tensors of type BF16 are not supported");
  EXPECT_EQ(invalid(R"({"a":{"shape":2}})"), "a shape is not a list");
  EXPECT_EQ(invalid(std::string("{") + kEntry + "} x"), "text follows the header's object");
  EXPECT_EQ(invalid(std::string("{") + kEntry), "the header does not end");
  EXPECT_EQ(invalid(R"({"__metadata__":[]})"), "metadata is not an object");
  EXPECT_EQ(invalid(R"({"__metadata__":{},"__metadata__":{}})"), "metadata stands twice");
  EXPECT_EQ(invalid(R"({"__metadata__":{"a":1}})"), "a string is missing");
}

// No prefix of a good file is accepted, and none is read beyond its end.
TEST_F(SafetensorsTest, EveryPrefixIsRefused) {
  std::string whole = file(std::string(R"({"__metadata__":{"k":"v"},)") + kEntry + "}", "12345678");
  ASSERT_EQ(open(whole), 0) << error.text;
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(open(whole.substr(0, size)), -1) << size;
}

} // namespace

//===- DatasetTest.cpp - Samples for an entry point's inputs --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "data/dataset.h"
}
#include "Files.h"
#include <gtest/gtest.h>

using namespace gradus::test;

namespace {

const int64_t kPairs[] = {3, 2}, kOnes[] = {3}, kWindows[] = {3, 4};

gradus_entry_t entryOf(const gradus_tensor_t *inputs, uint64_t count) {
  gradus_entry_t entry = {};
  entry.batch = 3;
  entry.inputs = inputs;
  entry.input_count = count;
  return entry;
}

gradus_dataset_t datasetOf(uint64_t kind, const gradus_data_part_t *parts, uint64_t count) {
  return {kind, parts, count, 0, 0, ','};
}

class DatasetTest : public testing::Test {
protected:
  TempFolder folder;
  gradus_data_t data = {};
  gradus_error_t error = {};

  int open(const gradus_dataset_t &dataset, const gradus_entry_t &entry) {
    gradus_data_close(&data);
    return gradus_data_open(&dataset, &entry, folder.path().c_str(), &data, &error);
  }
  ~DatasetTest() override { gradus_data_close(&data); }
};

TEST_F(DatasetTest, FillsBatchesInOrderAndZeroesTheRest) {
  const gradus_tensor_t inputs[] = {{"x", kPairs, 2, GRADUS_F32, 24, 0}, {"y", kOnes, 1, GRADUS_I32, 12, 0}};
  const gradus_data_part_t parts[] = {{"y", "f.csv", 1, 2, 2, 0}, {"x", "f.csv", 10, 0, 1, 0}};
  folder.write("f.csv", "1,2,7\n3,4,8\n5,6,9\n0,1,5\n");
  gradus_entry_t entry = entryOf(inputs, 2);
  ASSERT_EQ(open(datasetOf(GRADUS_DATA_CSV, parts, 2), entry), 0) << error.text;
  EXPECT_EQ(data.samples, 4u);
  float x[6];
  int32_t y[3];
  void *buffers[] = {x, y};
  const uint32_t order[] = {3, 0};
  gradus_data_fill(&data, &entry, order, 0, 2, buffers);
  EXPECT_EQ(std::vector<float>(x, x + 6), std::vector<float>({0, 10, 10, 20, 0, 0}));
  EXPECT_EQ(std::vector<int32_t>(y, y + 3), std::vector<int32_t>({5, 7, 0}));
  gradus_data_fill(&data, &entry, nullptr, 1, 3, buffers);
  EXPECT_EQ(std::vector<float>(x, x + 6), std::vector<float>({30, 40, 50, 60, 0, 10}));
}

TEST_F(DatasetTest, TextIsWindowsAndWhatFollows) {
  const gradus_tensor_t inputs[] = {{"in", kWindows, 2, GRADUS_I32, 48, 0}, {"next", kWindows, 2, GRADUS_I32, 48, 0}};
  const gradus_data_part_t parts[] = {{"in", "t", 1, 0, 0, 0}, {"next", "t", 1, 0, 0, 1}};
  folder.write("t", "abcdefghi");
  gradus_entry_t entry = entryOf(inputs, 2);
  ASSERT_EQ(open(datasetOf(GRADUS_DATA_TEXT, parts, 2), entry), 0) << error.text;
  EXPECT_EQ(data.samples, 2u);
  int32_t in[12], next[12];
  void *buffers[] = {in, next};
  gradus_data_fill(&data, &entry, nullptr, 1, 1, buffers);
  EXPECT_EQ(std::vector<int32_t>(in, in + 4), std::vector<int32_t>({'e', 'f', 'g', 'h'}));
  EXPECT_EQ(std::vector<int32_t>(next, next + 4), std::vector<int32_t>({'f', 'g', 'h', 'i'}));

  const gradus_tensor_t one[] = {inputs[0], {"next", kOnes, 1, GRADUS_I32, 12, 0}};
  gradus_entry_t single = entryOf(one, 2);
  ASSERT_EQ(open(datasetOf(GRADUS_DATA_TEXT, parts, 2), single), 0) << error.text;
  gradus_data_fill(&data, &single, nullptr, 0, 2, buffers);
  EXPECT_EQ(std::vector<int32_t>(next, next + 3), std::vector<int32_t>({'e', 'i', 0}));
}

TEST_F(DatasetTest, Refusals) {
  const gradus_tensor_t inputs[] = {{"x", kPairs, 2, GRADUS_F32, 24, 0}, {"y", kOnes, 1, GRADUS_I32, 12, 0}};
  gradus_entry_t entry = entryOf(inputs, 2);
  const gradus_data_part_t parts[] = {{"x", "a.csv", 1, 0, 1, 0}, {"y", "b.csv", 1, 0, 0, 0}};
  EXPECT_EQ(open(datasetOf(GRADUS_DATA_NONE, nullptr, 0), entry), -1);
  EXPECT_TRUE(says(error.text, "names no data")) << error.text;
  EXPECT_EQ(open(datasetOf(GRADUS_DATA_CSV, parts, 2), entry), -1);
  EXPECT_TRUE(says(error.text, "neither this file nor a.csv.gz is there")) << error.text;
  folder.write("a.csv", "1,2\n3,4\n");
  folder.write("b.csv", "1\n2\n3\n");
  EXPECT_EQ(open(datasetOf(GRADUS_DATA_CSV, parts, 1), entry), -1);
  EXPECT_TRUE(says(error.text, "does not feed input 'y'")) << error.text;
  EXPECT_EQ(open(datasetOf(GRADUS_DATA_CSV, parts, 2), entry), -1);
  EXPECT_TRUE(says(error.text, "has 3 samples, the data of input 'x' has 2")) << error.text;
  const gradus_data_part_t narrow[] = {{"x", "a.csv", 1, 0, 0, 0}, parts[1]};
  EXPECT_EQ(open(datasetOf(GRADUS_DATA_CSV, narrow, 2), entry), -1);
  EXPECT_TRUE(says(error.text, "a sample has 1 values, input 'x' needs 2")) << error.text;
  folder.write("a.csv", "\n");
  EXPECT_EQ(open(datasetOf(GRADUS_DATA_CSV, parts, 2), entry), -1);
  EXPECT_TRUE(says(error.text, "holds no sample")) << error.text;
}

} // namespace

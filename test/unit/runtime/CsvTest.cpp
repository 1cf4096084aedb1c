//===- CsvTest.cpp - Reading CSV files ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "data/csv.h"
}
#include "Files.h"
#include <gtest/gtest.h>
#include <vector>

using namespace gradus::test;

namespace {

/// What parsing a text gave: all numbers row by row, or a message.
struct Parsed {
  std::vector<double> numbers;
  uint64_t rows = 0;
  std::string message;
};

Parsed parse(const std::string &text, int64_t first, int64_t last, bool header = false, char delimiter = ',',
             uint64_t dtype = GRADUS_F64, int64_t indices = 0) {
  TempFolder folder;
  gradus_source_t source = {};
  gradus_error_t error;
  gradus_dataset_t dataset = {};
  dataset.header = header;
  dataset.delimiter = static_cast<uint64_t>(delimiter);
  gradus_data_part_t part = {"x", "f.csv", 1, first, last, 0};
  gradus_tensor_t input = {"x", nullptr, 0, dtype, 0, indices};
  Parsed parsed;
  EXPECT_EQ(gradus_file_open(folder.write("f.csv", text).c_str(), &source.file, &error), 0);
  if (gradus_csv_parse("f.csv", &source, &dataset, &part, &input, &error)) {
    parsed.message = error.text;
  } else {
    parsed.rows = source.count;
    const double *numbers = static_cast<const double *>(source.owned);
    parsed.numbers.assign(numbers, numbers + source.count * source.elements);
    EXPECT_EQ(source.elements, static_cast<uint64_t>(last - first + 1));
  }
  gradus_source_close(&source);
  return parsed;
}

TEST(Csv, NumbersInTheirColumns) {
  EXPECT_EQ(parse("1,2,3\n4,5,6\n", 1, 2).numbers, std::vector<double>({2, 3, 5, 6}));
  EXPECT_EQ(parse("1;-2.5e3;x\n", 0, 1, false, ';').numbers, std::vector<double>({1, -2500}));
  EXPECT_EQ(parse("a,b\n1,2\n", 1, 1, true).numbers, std::vector<double>({2}));
}

TEST(Csv, QuotesSpacesLineEndsAndEmptyLines) {
  EXPECT_EQ(parse("\"1\", 2 \r\n\r\n\n3,\"4\"", 0, 1).numbers, std::vector<double>({1, 2, 3, 4}));
  EXPECT_EQ(parse("", 0, 0).rows, 0u);
}

TEST(Csv, QuotesAsInRFC4180) {
  EXPECT_EQ(parse("name,age,height\n\"David, Jr.\",11,61.5\n", 2, 2, true).numbers, std::vector<double>({61.5}));
  EXPECT_EQ(parse("\"two\nlines, \"\"quoted\"\"\",1\r\n\"\",2\r\n", 1, 1).numbers, std::vector<double>({1, 2}));
  EXPECT_EQ(parse("\"a\nb\",\"c\"\n1,2\n", 0, 1, true).numbers, std::vector<double>({1, 2})); // names of two lines
  EXPECT_EQ(parse("\"1,2\n", 0, 0).message, "f.csv:1:1: the quote that begins this field is not closed");
  EXPECT_EQ(parse("1,\"2\"3\n", 0, 1).message, "f.csv:1:6: text behind the quote that ends a field");
  EXPECT_EQ(parse("\"a\nb\",1\n\"c\",x\n", 1, 1).message, "f.csv:3:5: 'x' is not a number");
}

TEST(Csv, ByteOrderMark) {
  EXPECT_EQ(parse("\xef\xbb\xbf"
                  "1,2\n3,4\n",
                  0, 1)
                .numbers,
            std::vector<double>({1, 2, 3, 4}));
  EXPECT_EQ(parse("\xef\xbb\xbfx,2\n", 0, 0).message.substr(0, 11), "f.csv:1:1: ");
}

TEST(Csv, ValuesThatTheInputDoesNotTake) {
  auto message = [](const char *text, uint64_t dtype, int64_t indices) {
    return parse(std::string("1,0\n2,") + text + "\n", 1, 1, false, ',', dtype, indices).message;
  };
  EXPECT_EQ(message("2", GRADUS_I32, 3), "");
  EXPECT_EQ(message("3", GRADUS_I32, 3), "f.csv:2:3: 3 is out of range: the model takes integers from 0 to 2 here");
  EXPECT_EQ(message("-1", GRADUS_I64, 3), "f.csv:2:3: -1 is out of range: the model takes integers from 0 to 2 here");
  EXPECT_EQ(message("-1", GRADUS_I32, 0), "");
  EXPECT_EQ(message("nan", GRADUS_I32, 0), "f.csv:2:3: nan is not an integer");
  EXPECT_EQ(message("1.7", GRADUS_I64, 0), "f.csv:2:3: 1.7 is not an integer");
  EXPECT_EQ(message("inf", GRADUS_I32, 0), "f.csv:2:3: inf is beyond the range of i32");
  EXPECT_EQ(message("2147483648", GRADUS_I32, 0), "f.csv:2:3: 2147483648 is beyond the range of i32");
  EXPECT_EQ(message("9007199254740994", GRADUS_I64, 0),
            "f.csv:2:3: 9007199254740994 is beyond 2^53, where doubles skip integers");
  EXPECT_EQ(message("1e39", GRADUS_F32, 0), "f.csv:2:3: 1e+39 is beyond the range of f32");
  EXPECT_EQ(message("inf", GRADUS_F32, 0), "");
  EXPECT_EQ(message("1e39", GRADUS_F64, 0), "");
}

TEST(Csv, ManyRows) {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += std::to_string(i) + ",7\n";
  Parsed parsed = parse(text, 0, 0);
  ASSERT_EQ(parsed.rows, 3000u);
  for (size_t i = 0; i < 3000; ++i)
    EXPECT_EQ(parsed.numbers[i], static_cast<double>(i));
}

TEST(Csv, ErrorsSayLineAndColumn) {
  EXPECT_EQ(parse("1,2\n3,x4\n", 0, 1).message, "f.csv:2:3: 'x4' is not a number");
  EXPECT_EQ(parse("a,b\n1,2\n", 0, 0).message,
            "f.csv:1:1: 'a' is not a number; if the first line holds names, say header: true");
  EXPECT_EQ(parse("1,2\n3\n", 0, 1).message, "f.csv:2:1: has 1 columns, but column 1 is asked for");
  EXPECT_EQ(parse("1,,2\n", 0, 2).message.substr(0, 28), "f.csv:1:3: '' is not a numbe");
  EXPECT_EQ(parse("1,2 3\n", 0, 1).message.substr(0, 33), "f.csv:1:3: '2 3' is not a number;");
}

TEST(Csv, HostileFiles) {
  EXPECT_NE(parse(std::string("1\0002\n", 4), 0, 0).message, "");
  EXPECT_NE(parse(std::string(2000, '1') + "x\n", 0, 0).message, "");
  EXPECT_NE(parse("1\n", 0, int64_t{1} << 40).message, ""); // no room is made for what cannot be there
}

} // namespace

//===- Data.cpp - Fuzzes files of samples ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "data/csv.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/text.h"
#include "data/value.h"
}
#include "FuzzTarget.h"
#include <algorithm>
#include <vector>

using gradus::fuzz::require;

/// A file that is open, in memory of its size.
static gradus_file_t fileOf(const uint8_t *data, size_t size) {
  gradus_file_t file = {static_cast<uint8_t *>(malloc(size ? size : 1)), size, false};
  std::copy_n(data, size, file.data); // data may be null if size is 0
  return file;
}

/// Parses the file in the format GRADUS_FUZZ_FORMAT.
static int parse(gradus_source_t *source, const gradus_tensor_t *input, gradus_error_t *error) {
  // Columns 1 to 2 of two or more, or all of a window of 4 and what follows.
  gradus_data_part_t part = {"x", "f", source->scale, 1, 2, 1};
  gradus_dataset_t dataset = {GRADUS_FUZZ_FORMAT, &part, 1, 0, input->dtype == GRADUS_F32, ','};
  switch (dataset.kind) {
  case GRADUS_DATA_IDX:
    return gradus_idx_parse("f", source, error);
  case GRADUS_DATA_NPY:
    return gradus_npy_parse("f", source, input->dtype == GRADUS_F32 ? 2 : 0, error);
  case GRADUS_DATA_CSV:
    return gradus_csv_parse("f", source, &dataset, &part, input, error);
  default:
    return gradus_text_parse("f", source, &part, input->dtype == GRADUS_F32 ? 1 : 4, 4, error);
  }
}

/// Converts all rows to elements of type `dtype`, as training does.
static void convert(const gradus_source_t *source, uint64_t dtype) {
  std::vector<double> row(source->elements);
  for (uint64_t i = 0; i < source->count; ++i)
    gradus_source_row(source, i, dtype, row.data());
}

/// A file feeds an input of each type, one of them of indices.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (uint64_t dtype : {GRADUS_F32, GRADUS_F64, GRADUS_I32, GRADUS_I64}) {
    gradus_tensor_t input = {"x", nullptr, 0, dtype, 0, dtype == GRADUS_I32 ? 300 : 0};
    gradus_source_t source = {};
    gradus_error_t error = {};
    source.file = fileOf(data, size);
    source.scale = dtype == GRADUS_F64 ? 0.5 : 1;
    int rc = parse(&source, &input, &error);
    // What has no sample, or nothing in one, is refused where it is opened.
    if (!rc && source.elements && source.count && !(rc = gradus_source_check("f", &source, &input, &error)))
      convert(&source, dtype);
    require(!rc || error.text[0], "a file is refused without a message");
    gradus_source_close(&source);
  }
  return 0;
}

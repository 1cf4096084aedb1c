//===- Gzip.cpp - Fuzzes packed files -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "base/file.h"
}
#include "FuzzTarget.h"

/// A file ends in .gz.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gradus_file_t file = {};
  gradus_error_t error = {};
  int rc = gradus_file_unpack("f.gz", data, size, &file, &error);
  gradus::fuzz::require(!rc || error.text[0], "a file is refused without a message");
  gradus_file_close(&file);
  return 0;
}

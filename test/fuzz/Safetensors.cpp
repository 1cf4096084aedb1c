//===- Safetensors.cpp - Fuzzes files of weights --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "session/safetensors.h"
}
#include "FuzzTarget.h"
#include <algorithm>
#include <cstring>
#include <vector>

using gradus::fuzz::require;

/// Reads all that a file promises to hold.
static void readAll(const gradus_safetensors_t *st) {
  for (uint64_t i = 0; i < st->count; ++i) {
    const gradus_safetensors_entry_t &entry = st->entries[i];
    require(gradus_safetensors_find(st, entry.name) == &entry, "a tensor is not found by its name");
    require(entry.rank <= GRADUS_SAFETENSORS_MAX_RANK, "too many dimensions");
    std::vector<uint8_t> copy(st->data + entry.offset, st->data + entry.offset + entry.bytes);
  }
  for (const char *key = st->metadata; key && *key;) {
    const char *value = key + strlen(key) + 1;
    require(gradus_safetensors_meta(st, key), "a key of the metadata is not found");
    key = value + strlen(value) + 1;
  }
}

/// A file is opened, looked through and verified.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gradus_safetensors_t st = {};
  gradus_error_t error = {};
  st.file = {static_cast<uint8_t *>(malloc(size ? size : 1)), size, false};
  std::copy_n(data, size, st.file.data); // data may be null if size is 0
  int rc = gradus_safetensors_parse("f", &st, &error);
  if (!rc) {
    readAll(&st);
    rc = gradus_safetensors_verify(&st, "f", &error);
  }
  require(!rc || error.text[0], "a file is refused without a message");
  gradus_safetensors_close(&st);
  return 0;
}

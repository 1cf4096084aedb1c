//===- ModelBinary.cpp - Fuzzes model files in binary form ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IRContext.h"
#include "compiler/Frontend/Import.h"

using namespace gradus;

/// A message is parsed, checked and imported.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz::IRContext contexts;
  if (auto file = parseModelFile("model.pb", {reinterpret_cast<const char *>(data), size}))
    importModel(*file, contexts.next(), {});
  return 0;
}

//===- ModelText.cpp - Fuzzes model files in text form --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IRContext.h"
#include "compiler/Frontend/Import.h"

using namespace gradus;
using fuzz::require;

/// A text is formatted, parsed, checked and imported.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz::IRContext contexts;
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  std::string formatted = formatText(text);
  std::unique_ptr<ModelFile> file = parseModelFile("model.txtpb", text);
  if (!file)
    return 0;
  require(formatText(formatted) == formatted, "formatting a formatted text changes it");
  std::unique_ptr<ModelFile> again = parseModelFile("model.txtpb", formatted);
  require(again && again->model.SerializeAsString() == file->model.SerializeAsString(), "formatting changes a model");
  importModel(*file, contexts.next(), {});
  return 0;
}

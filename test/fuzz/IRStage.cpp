//===- IRStage.cpp - Fuzzes the IR of a stage -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IRContext.h"
#include "IRPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Regex.h"

using namespace gradus;

/// True if all iterator types that `text` lists are strings.
static bool hasNamedIterators(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> lists, types;
  text.split(lists, "iterator_types");
  for (llvm::StringRef list : llvm::ArrayRef(lists).drop_front())
    list.split('[').second.split(']').first.split(types, ',');
  return llvm::all_of(types, [](llvm::StringRef type) { return type.trim().empty() || type.trim().starts_with("\""); });
}

/// True if MLIR's own parser does not survive `text`; README.md says of what.
static bool isTooMuchForMLIR(llvm::StringRef text) {
  static const llvm::Regex kTooMuch("#[0-9]{5}|dialect_resources|(^|[^#])linalg\\.[a-z_0-9]+ *<");
  return kTooMuch.match(text) || !hasNamedIterators(text);
}

/// IR is parsed, verified and goes through the passes kPasses, as in gradus-opt.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz::IRContext contexts;
  static const bool registered = (registerAllPasses(), true);
  mlir::MLIRContext &context = contexts.next();
  // A string, since MLIR's lexer reads the zero byte behind the text.
  std::string text(reinterpret_cast<const char *>(data), size);
  if (isTooMuchForMLIR(text))
    return 0;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context, "input.mlir");
  if (!module)
    return 0;
  mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
  fuzz::require(registered && mlir::succeeded(mlir::parsePassPipeline(fuzz::kPasses, pm)), "no such passes");
  contexts.run(pm, *module);
  return 0;
}

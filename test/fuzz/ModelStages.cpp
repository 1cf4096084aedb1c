//===- ModelStages.cpp - Fuzzes the whole way of a model ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IRContext.h"
#include "compiler/Driver/Stages.h"
#include "compiler/Frontend/Import.h"

using namespace gradus;

/// A text is imported and goes through all stages for the target GRADUS_FUZZ_TARGET.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz::IRContext contexts;
  auto file = parseModelFile("model.txtpb", {reinterpret_cast<const char *>(data), size});
  if (!file)
    return 0;
  mlir::MLIRContext &context = contexts.next();
  mlir::OwningOpRef<mlir::ModuleOp> module = importModel(*file, context, {});
  if (!module)
    return 0;
  StageOptions options;
  options.chip = "sm_80";
  options.fuseHorizontally = true;
  for (const Stage &stage : stagesOf(TargetKind::GRADUS_FUZZ_TARGET).drop_front()) {
    mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
    stage.build(pm, options);
    pm.enableVerifier(stage.verifyPasses);
    if (!contexts.run(pm, *module))
      return 0;
  }
  return 0;
}

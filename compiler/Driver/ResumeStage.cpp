//===- ResumeStage.cpp - Resume a compilation from the IR of a stage ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Compilation.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace gradus;

/// Fails at the first op that needs tensor cores or cp.async: code for these cannot
/// be lowered for an older GPU.
static mlir::LogicalResult checkFitsOldGPU(mlir::ModuleOp module, StringRef gpu) {
  mlir::WalkResult fits = module.walk([&](mlir::Operation *op) {
    if (!isa_and_nonnull<mlir::nvgpu::NVGPUDialect>(op->getDialect()))
      return mlir::WalkResult::advance();
    op->emitError("needs a GPU from sm_80 on; compile from the kernels or linalg stage for ") << gpu;
    return mlir::WalkResult::interrupt();
  });
  return mlir::failure(fits.wasInterrupted());
}

ExitCode Compilation::loadStage() {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(options.model);
  if (!buffer)
    return printError(options.model + ": " + buffer.getError().message());
  sourceText = (*buffer)->getBuffer().str();
  module = mlir::parseSourceString<mlir::ModuleOp>(sourceText, &context, options.model);
  if (!module)
    return kInputError;
  if (forGPU() && !usesTensorCores() && failed(checkFitsOldGPU(*module, options.gpu)))
    return kInputError;
  StringRef name = detectStage(*module);
  const Stage *stage = find_if(stages(), [&](const Stage &s) { return s.name == name; });
  if (stage == stages().end())
    return printError(options.model + " is IR of a stage from which this compilation cannot be resumed; it can be from "
                                      "import, kernels and linalg, and from gpu with --target=cuda");
  stagesRun = stage - stages().begin() + 1;
  noteIdentity();
  return kOk;
}

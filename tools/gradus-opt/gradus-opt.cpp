//===- gradus-opt.cpp - mlir-opt with our dialects, passes and pipelines --===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/InitAll.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  gradus::registerAllDialects(registry);
  gradus::registerAllPasses();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Gradus modular optimizer driver\n", registry));
}

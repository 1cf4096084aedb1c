//===- gradus-lsp-server.cpp - mlir-lsp-server with our dialects ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/InitAll.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  gradus::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}

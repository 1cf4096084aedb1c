//===- Import.h - From a model file to nn and train -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORT_H
#define GRADUS_COMPILER_FRONTEND_IMPORT_H

#include "compiler/Frontend/ModelFile.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include <optional>

namespace gradus {

/// What the command line says about the import of a model.
struct ImportOptions {
  /// Sizes of dimensions; they win over the file.
  llvm::StringMap<int64_t> dims;
  /// The precision of f32 matmuls; it wins over the file.
  std::optional<proto::Model::Precision> precision;
};

/// Checks the model and builds a module with one function per entry point
/// (train, eval, predict), the parameters, and the recipe as the attribute
/// `train.recipe`. Errors are printed; returns null after any.
mlir::OwningOpRef<mlir::ModuleOp> importModel(const ModelFile &file, mlir::MLIRContext &context,
                                              const ImportOptions &options);

} // namespace gradus

#endif

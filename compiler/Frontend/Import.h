//===- Import.h - From a model file to nn and train -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORT_H
#define GRADUS_COMPILER_FRONTEND_IMPORT_H

#include "compiler/Frontend/ModelFile.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

namespace gradus {

struct ImportOptions {
  /// Sizes given on the command line; they win over the file.
  llvm::StringMap<int64_t> dims;
  /// The precision given on the command line, F32, TF32 or BF16; it wins over the file.
  std::optional<proto::Model::Precision> precision;
};

/// Checks the model and builds a module with one function per entry point
/// (train, eval, predict), the parameters, and the recipe as the attribute
/// `train.recipe`. Errors are printed; returns null after any.
mlir::OwningOpRef<mlir::ModuleOp> importModel(const ModelFile &file, mlir::MLIRContext &context,
                                              const ImportOptions &options);

/// The element type and shape of "f32[batch,28]". Dimensions are looked up in
/// `dims`; -1 stands for batch. Reports errors with the caret inside the string.
llvm::LogicalResult parseTypeString(llvm::StringRef text, const SourcePosition &position, Diagnostics &diagnostics,
                                    const llvm::StringMap<int64_t> &dims, mlir::MLIRContext &context,
                                    mlir::Type &element, llvm::SmallVectorImpl<int64_t> &shape);

} // namespace gradus

#endif

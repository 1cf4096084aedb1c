//===- ImportContext.h - What the parts of an import share ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORTCONTEXT_H
#define GRADUS_COMPILER_FRONTEND_IMPORTCONTEXT_H

#include "compiler/Frontend/Import.h"
#include "compiler/Frontend/TypeParser.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/Builders.h"
#include <vector>

namespace gradus {

/// A value and the name by which users know it.
using NamedValue = std::pair<std::string, mlir::Value>;

/// What the parts of an import share: the file, its errors and types, and the
/// module under construction. Refers to the file and the MLIR context.
struct ImportContext {
  ImportContext(const ModelFile &file, mlir::MLIRContext &context, const ImportOptions &options);

  const ModelFile &file;
  const proto::Model &model;
  Diagnostics &diagnostics;
  mlir::MLIRContext &context;
  TypeParser types;
  nn::Precision precision; // of f32 matmuls
  mlir::OpBuilder b;       // at the end of the entry point that is built
  mlir::ModuleOp module;
  llvm::SmallVector<TensorSpec> inputs; // of the model

  /// A position of the file as a location, under the name of a layer.
  mlir::Location locOf(const SourcePosition &position, const llvm::Twine &name) const;
};

/// A dimension by name, and the size that stands for it.
using Symbol = std::pair<std::string, int64_t>;

/// The entry point that is built.
struct EntryPoint {
  train::Entry kind = train::Entry::Train;
  int64_t batch = 1;
  std::vector<Symbol> symbols = {}; // when sizes stand for any size; see checkEverySize
  mlir::Value seed = {}, step = {}; // of the train entry, for dropout; null in others
  int64_t dropoutCount = 0;
  int64_t layerCount = 0;
};

/// A tensor's type as models write it, "f32[batch,28]": a first dimension of the
/// size of the batch is called so. Multiples of the sizes in `symbols` are written with
/// their names, "f32[4,3*batch]".
std::string describeType(mlir::RankedTensorType type, int64_t batch, llvm::ArrayRef<Symbol> symbols);

/// Checks what every entry point relies on: version, name, dimensions, inputs and
/// functions. Fills `in.inputs`. Fails after the first error.
llvm::LogicalResult checkModel(ImportContext &in);

/// Checks that the model means the same at every size of its named dimensions: it is
/// built with sizes that no other size is, nor multiplies to, so that each dimension
/// is equal only to itself. Fails after an error, whose types name the dimensions.
llvm::LogicalResult checkEverySize(const ModelFile &file, mlir::MLIRContext &context, const ImportOptions &options);

} // namespace gradus

#endif

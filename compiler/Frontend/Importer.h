//===- Importer.h - The entry points and the recipe of a model ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORTER_H
#define GRADUS_COMPILER_FRONTEND_IMPORTER_H

#include "compiler/Frontend/Parameters.h"
#include "compiler/Frontend/Scope.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace gradus {

/// Builds the module of a model: its recipe and one function per entry point. What
/// the layers need is in parts of their own: NetworkImporter, ParameterTable, Scope.
class Importer : ImportContext {
public:
  Importer(const ModelFile &file, mlir::MLIRContext &context, const ImportOptions &options)
      : ImportContext(file, context, options), parameters(*this) {}

  /// The module; null after an error.
  mlir::OwningOpRef<mlir::ModuleOp> run();

private:
  ParameterTable parameters;
  EntryPoint entry;

  // ImportEntries.cpp: entry points
  llvm::LogicalResult buildEntry(EntryKind kind, int64_t batch);
  mlir::FailureOr<mlir::func::FuncOp> createFunction(Scope &scope);
  llvm::LogicalResult buildTrainEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildEvalEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildPredictEntry(Scope &scope, mlir::func::FuncOp function);
  mlir::FailureOr<llvm::SmallVector<NamedValue>> modelOutputs(Scope &scope);
  void finishEntry(mlir::func::FuncOp function, llvm::ArrayRef<NamedValue> results);
  std::string describe(mlir::Value v) const { return describeType(typeOf(v), entry.batch); }

  // ImportRecipe.cpp: loss, optimizer, data
  struct LossInputs {
    mlir::Value prediction, target;
    bool crossEntropy;
  };
  mlir::FailureOr<LossInputs> lossInputs(Scope &scope);
  mlir::Value perElementLoss(const LossInputs &in, mlir::Location loc);
  mlir::FailureOr<mlir::Value> buildUpdates(mlir::Value loss);
  mlir::FailureOr<mlir::Value> learningRate(const proto::Schedule &schedule, SourceNode node, mlir::Location loc);
  llvm::LogicalResult buildRecipeAttr();
  mlir::FailureOr<mlir::DictionaryAttr> datasetAttr(const proto::Dataset &dataset, SourceNode node);
  mlir::FailureOr<llvm::SmallVector<std::pair<std::string, int64_t>>> metrics();
  llvm::LogicalResult checkInputName(llvm::StringRef name, const SourcePosition &position);
};

} // namespace gradus

#endif

//===- Importer.h - The entry points and the recipe of a model ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORTER_H
#define GRADUS_COMPILER_FRONTEND_IMPORTER_H

#include "compiler/Frontend/Losses.h"
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

  /// Builds all entry points with the sizes of `symbols`, of which the first is the
  /// batch, in a module that is dropped. Fails after an error.
  llvm::LogicalResult tryEntries(llvm::ArrayRef<Symbol> symbols);

private:
  ParameterTable parameters;
  EntryPoint entry;

  // ImportEntries.cpp: entry points
  llvm::LogicalResult buildEntry(train::Entry kind, int64_t batch, llvm::ArrayRef<Symbol> symbols = {});
  mlir::FailureOr<mlir::func::FuncOp> createFunction(Scope &scope);
  llvm::LogicalResult buildTrainEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildEvalEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildPredictEntry(Scope &scope, mlir::func::FuncOp function);
  mlir::FailureOr<llvm::SmallVector<NamedValue>> modelOutputs(Scope &scope);
  void finishEntry(mlir::func::FuncOp function, llvm::ArrayRef<NamedValue> results);
  std::string describe(mlir::Value v) const { return describeType(typeOf(v), entry.batch, entry.symbols); }

  // ImportLoss.cpp: loss and metrics
  /// The tensors that the recipe's loss names, or its defaults. Fails after an error.
  mlir::FailureOr<LossOperands> lossOperands(Scope &scope);
  /// The input or layer output that a loss names.
  mlir::FailureOr<mlir::Value> namedTensor(llvm::StringRef name, const Scope &scope, const SourcePosition &position);
  /// The one input that no layer reads: the target where `field` of the loss does not name it.
  mlir::FailureOr<mlir::Value> defaultTarget(llvm::StringRef field, SourceNode loss);
  /// Fails, after an error, unless the types of prediction and target fit the loss.
  llvm::LogicalResult checkLossTypes(const LossOperands &in, SourceNode loss);
  /// Fails, after an error, unless the settings of the loss fit its operands, whose types do.
  llvm::LogicalResult checkLossSettings(const LossOperands &in, SourceNode loss);
  /// The names of the recipe's metrics, with the k of a top-k accuracy, or 0.
  mlir::FailureOr<llvm::SmallVector<std::pair<std::string, int64_t>>> metrics();
};

} // namespace gradus

#endif

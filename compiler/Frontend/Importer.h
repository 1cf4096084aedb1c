//===- Importer.h - The state of an import --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORTER_H
#define GRADUS_COMPILER_FRONTEND_IMPORTER_H

#include "compiler/Frontend/Import.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace gradus {

enum class EntryKind { Train, Eval, Predict };

/// Names that layers can read, and what the next layer reads by default.
struct Scope {
  llvm::StringMap<mlir::Value> values;
  mlir::Value current;
  std::string prefix; // of parameter names: "encoder.0."
  int depth = 0;
  llvm::SmallVector<llvm::StringRef> functions; // being expanded
};

class Importer {
public:
  Importer(const ModelFile &file, mlir::MLIRContext &context, const ImportOptions &options);
  mlir::OwningOpRef<mlir::ModuleOp> run();

  // What layer handlers use.
  using V = mlir::Value;
  struct LayerContext {
    const Layer &layer;
    SourceNode node;
    Scope &scope;
    std::string name; // full, as in parameter names
    llvm::SmallVector<V> inputs;
    mlir::Location loc;
  };
  using Handler = mlir::FailureOr<V> (Importer::*)(LayerContext &);

private:
  const ModelFile &file;
  const Model &model;
  mlir::MLIRContext &context;
  Diagnostics &diagnostics;
  llvm::StringMap<int64_t> dims;
  Precision precision; // of products of f32
  mlir::OpBuilder b;
  mlir::ModuleOp module;
  EntryKind kind = EntryKind::Train;
  int64_t batch = 1;
  V seed, step; // of the train entry, for dropout
  int64_t dropoutCount = 0;
  int64_t layerCount = 0;
  llvm::SmallVector<std::pair<std::string, V>> parametersRead; // trainable, of the current entry

  // Import.cpp: entries
  llvm::LogicalResult checkHeader();
  llvm::LogicalResult buildEntry(EntryKind kind, int64_t batch);
  llvm::LogicalResult buildTrainEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildEvalEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildPredictEntry(Scope &scope, mlir::func::FuncOp function);
  mlir::FailureOr<llvm::SmallVector<std::pair<std::string, V>>> modelOutputs(Scope &scope);
  void finishEntry(mlir::func::FuncOp function, llvm::ArrayRef<std::pair<std::string, V>> results);

  // ImportRecipe.cpp: loss, optimizer, data
  struct LossInputs {
    V prediction, target;
    bool crossEntropy;
  };
  mlir::FailureOr<LossInputs> lossInputs(Scope &scope);
  V perElementLoss(const LossInputs &in, mlir::Location loc);
  llvm::LogicalResult buildUpdates(V loss);
  mlir::FailureOr<V> learningRate(const Schedule &schedule, SourceNode node, mlir::Location loc);
  llvm::LogicalResult buildRecipeAttr();
  mlir::FailureOr<mlir::DictionaryAttr> datasetAttr(const Dataset &dataset, SourceNode node);
  mlir::FailureOr<llvm::SmallVector<std::pair<std::string, int64_t>>> metrics();
  llvm::LogicalResult checkInputName(llvm::StringRef name, const SourcePosition &position);

  // ImportLayers.cpp: layers
  llvm::LogicalResult importLayers(const google::protobuf::RepeatedPtrField<Layer> &layers, const SourceNode &owner,
                                   Scope &scope);
  llvm::LogicalResult importLayer(const Layer &layer, SourceNode node, int index, Scope &scope);
  llvm::LogicalResult importCall(LayerContext &c);
  llvm::LogicalResult importRepeat(LayerContext &c);
  mlir::FailureOr<V> activate(Activation activation, V x, mlir::Location loc);
  mlir::FailureOr<V> binary(LayerContext &c, llvm::function_ref<V(V, V)> build);
  template <typename Op>
  mlir::FailureOr<V> unary(LayerContext &c);
  template <typename Op>
  mlir::FailureOr<V> arithmetic(LayerContext &c);
  mlir::FailureOr<V> dense(LayerContext &c);
  mlir::FailureOr<V> matmul(LayerContext &c);
  mlir::FailureOr<V> leakyRelu(LayerContext &c);
  mlir::FailureOr<V> gelu(LayerContext &c);
  mlir::FailureOr<V> softmax(LayerContext &c);
  mlir::FailureOr<V> logSoftmax(LayerContext &c);
  mlir::FailureOr<V> reshape(LayerContext &c);
  mlir::FailureOr<V> transpose(LayerContext &c);
  mlir::FailureOr<V> flatten(LayerContext &c);
  mlir::FailureOr<V> reduce(LayerContext &c);
  mlir::FailureOr<V> cast(LayerContext &c);
  mlir::FailureOr<V> slice(LayerContext &c);
  mlir::FailureOr<V> concat(LayerContext &c);
  mlir::FailureOr<V> gather(LayerContext &c);
  mlir::FailureOr<V> oneHot(LayerContext &c);
  mlir::FailureOr<V> argmax(LayerContext &c);
  mlir::FailureOr<V> dropout(LayerContext &c);
  mlir::FailureOr<V> embedding(LayerContext &c);
  mlir::FailureOr<V> scale(LayerContext &c);
  mlir::FailureOr<V> parameter(LayerContext &c);
  mlir::FailureOr<V> identity(LayerContext &c);
  static const llvm::DenseMap<int, Handler> &handlers();

  // helpers
  mlir::Location locOf(const SourcePosition &position, const llvm::Twine &name);
  mlir::RankedTensorType typeOf(V v) { return mlir::cast<mlir::RankedTensorType>(v.getType()); }
  static bool isFloat(V v) { return mlir::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(v.getType())); }
  std::string describe(V v);
  mlir::FailureOr<V> readParameter(LayerContext &c, llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                                   mlir::Type element, const Init &init, int64_t fanIn, int64_t fanOut,
                                   const SourcePosition &position);
  mlir::FailureOr<int64_t> axisOf(LayerContext &c, bool given, int64_t axis, int64_t rank, const SourcePosition &position);
  llvm::LogicalResult checkInputs(LayerContext &c, size_t least, size_t most);
  llvm::LogicalResult checkFloat(LayerContext &c);
  llvm::LogicalResult checkFinite(LayerContext &c, double v, llvm::StringRef what);
  llvm::LogicalResult checkDims();
  llvm::LogicalResult checkName(llvm::StringRef name, const SourcePosition &position);
  llvm::LogicalResult checkSize(llvm::ArrayRef<int64_t> shape, const SourcePosition &position);
  /// What a product of `element` may round its operands to.
  nn::Precision productPrecision(mlir::Type element);
  bool dependsOnBatch(V v) { return typeOf(v).getRank() > 0; }
};

} // namespace gradus

#endif

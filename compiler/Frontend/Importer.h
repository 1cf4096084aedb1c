//===- Importer.h - The state of an import --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORTER_H
#define GRADUS_COMPILER_FRONTEND_IMPORTER_H

#include "compiler/Frontend/Import.h"
#include "dialects/Support/TensorUtils.h"
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
  struct LayerContext {
    const proto::Layer &layer;
    SourceNode node;
    Scope &scope;
    std::string name; // full, as in parameter names
    llvm::SmallVector<mlir::Value> inputs;
    mlir::Location loc;
  };
  using Handler = mlir::FailureOr<mlir::Value> (Importer::*)(LayerContext &);

private:
  const ModelFile &file;
  const proto::Model &model;
  mlir::MLIRContext &context;
  Diagnostics &diagnostics;
  llvm::StringMap<int64_t> dims;
  proto::Model::Precision precision; // of products of f32
  mlir::OpBuilder b;
  mlir::ModuleOp module;
  EntryKind kind = EntryKind::Train;
  int64_t batch = 1;
  mlir::Value seed, step; // of the train entry, for dropout
  int64_t dropoutCount = 0;
  int64_t layerCount = 0;
  llvm::SmallVector<std::pair<std::string, mlir::Value>> parametersRead; // trainable, of the current entry

  // Import.cpp: entries
  llvm::LogicalResult checkHeader();
  llvm::LogicalResult buildEntry(EntryKind kind, int64_t batch);
  llvm::LogicalResult buildTrainEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildEvalEntry(Scope &scope, mlir::func::FuncOp function);
  llvm::LogicalResult buildPredictEntry(Scope &scope, mlir::func::FuncOp function);
  mlir::FailureOr<llvm::SmallVector<std::pair<std::string, mlir::Value>>> modelOutputs(Scope &scope);
  void finishEntry(mlir::func::FuncOp function, llvm::ArrayRef<std::pair<std::string, mlir::Value>> results);

  // ImportRecipe.cpp: loss, optimizer, data
  struct LossInputs {
    mlir::Value prediction, target;
    bool crossEntropy;
  };
  mlir::FailureOr<LossInputs> lossInputs(Scope &scope);
  mlir::Value perElementLoss(const LossInputs &in, mlir::Location loc);
  llvm::LogicalResult buildUpdates(mlir::Value loss);
  mlir::FailureOr<mlir::Value> learningRate(const proto::Schedule &schedule, SourceNode node, mlir::Location loc);
  llvm::LogicalResult buildRecipeAttr();
  mlir::FailureOr<mlir::DictionaryAttr> datasetAttr(const proto::Dataset &dataset, SourceNode node);
  mlir::FailureOr<llvm::SmallVector<std::pair<std::string, int64_t>>> metrics();
  llvm::LogicalResult checkInputName(llvm::StringRef name, const SourcePosition &position);

  // ImportLayers.cpp: layers
  llvm::LogicalResult importLayers(const google::protobuf::RepeatedPtrField<proto::Layer> &layers,
                                   const SourceNode &owner, Scope &scope);
  llvm::LogicalResult importLayer(const proto::Layer &layer, SourceNode node, int index, Scope &scope);
  llvm::LogicalResult importCall(LayerContext &c);
  llvm::LogicalResult importRepeat(LayerContext &c);
  mlir::FailureOr<mlir::Value> activate(proto::Layer::Activation activation, mlir::Value x, mlir::Location loc);
  mlir::FailureOr<mlir::Value> binary(LayerContext &c, llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> build);
  template <typename Op>
  mlir::FailureOr<mlir::Value> unary(LayerContext &c);
  template <typename Op>
  mlir::FailureOr<mlir::Value> arithmetic(LayerContext &c);
  mlir::FailureOr<mlir::Value> dense(LayerContext &c);
  mlir::FailureOr<mlir::Value> matmul(LayerContext &c);
  mlir::FailureOr<mlir::Value> leakyRelu(LayerContext &c);
  mlir::FailureOr<mlir::Value> gelu(LayerContext &c);
  mlir::FailureOr<mlir::Value> softmax(LayerContext &c);
  mlir::FailureOr<mlir::Value> logSoftmax(LayerContext &c);
  mlir::FailureOr<mlir::Value> reshape(LayerContext &c);
  mlir::FailureOr<mlir::Value> transpose(LayerContext &c);
  mlir::FailureOr<mlir::Value> flatten(LayerContext &c);
  mlir::FailureOr<mlir::Value> reduce(LayerContext &c);
  mlir::FailureOr<mlir::Value> cast(LayerContext &c);
  mlir::FailureOr<mlir::Value> slice(LayerContext &c);
  mlir::FailureOr<mlir::Value> concat(LayerContext &c);
  mlir::FailureOr<mlir::Value> gather(LayerContext &c);
  mlir::FailureOr<mlir::Value> oneHot(LayerContext &c);
  mlir::FailureOr<mlir::Value> argmax(LayerContext &c);
  mlir::FailureOr<mlir::Value> dropout(LayerContext &c);
  mlir::FailureOr<mlir::Value> embedding(LayerContext &c);
  mlir::FailureOr<mlir::Value> scale(LayerContext &c);
  mlir::FailureOr<mlir::Value> parameter(LayerContext &c);
  mlir::FailureOr<mlir::Value> identity(LayerContext &c);
  static const llvm::DenseMap<int, Handler> &handlers();

  // helpers
  mlir::Location locOf(const SourcePosition &position, const llvm::Twine &name);
  std::string describe(mlir::Value v);
  mlir::FailureOr<mlir::Value> readParameter(LayerContext &c, llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                                             mlir::Type element, const proto::Init &init, int64_t fanIn, int64_t fanOut,
                                             const SourcePosition &position);
  mlir::FailureOr<int64_t> axisOf(LayerContext &c, bool given, int64_t axis, int64_t rank,
                                  const SourcePosition &position);
  llvm::LogicalResult checkInputs(LayerContext &c, size_t least, size_t most);
  llvm::LogicalResult checkFloat(LayerContext &c);
  llvm::LogicalResult checkFinite(LayerContext &c, double v, llvm::StringRef what);
  llvm::LogicalResult checkDims();
  llvm::LogicalResult checkName(llvm::StringRef name, const SourcePosition &position);
  llvm::LogicalResult checkSize(llvm::ArrayRef<int64_t> shape, const SourcePosition &position);
  /// What a product of `element` may round its operands to.
  nn::Precision productPrecision(mlir::Type element);
  bool dependsOnBatch(mlir::Value v) { return typeOf(v).getRank() > 0; }
};

} // namespace gradus

#endif

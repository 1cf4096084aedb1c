//===- Import.cpp - From a model file to nn and train ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Import.h"
#include "compiler/Frontend/ImportRecipe.h"
#include "compiler/Frontend/Importer.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace gradus;

static constexpr int64_t kDefaultBatch = 32;
static constexpr int64_t kMaxBatch = int64_t(1) << 24;

//===----------------------------------------------------------------------===//
// What the parts share
//===----------------------------------------------------------------------===//

static nn::Precision convertPrecision(proto::Model::Precision precision) {
  switch (precision) {
  case proto::Model::TF32:
    return nn::Precision::TF32;
  case proto::Model::BF16:
    return nn::Precision::BF16;
  default:
    return nn::Precision::F32;
  }
}

ImportContext::ImportContext(const ModelFile &file, MLIRContext &context, const ImportOptions &options)
    : file(file), model(file.model), diagnostics(*file.diagnostics), context(context),
      types(file, context, options.dims),
      precision(convertPrecision(options.precision.value_or(file.model.precision()))), b(&context) {}

Location ImportContext::locOf(const SourcePosition &position, const Twine &name) const {
  Location at = FileLineColLoc::get(&context, file.name, position.line, position.column);
  return NameLoc::get(StringAttr::get(&context, name), at);
}

std::string gradus::describeType(RankedTensorType type, int64_t batch, ArrayRef<Symbol> symbols) {
  std::string text;
  llvm::raw_string_ostream os(text);
  Type element = type.getElementType();
  os << (isa<FloatType>(element) ? 'f' : 'i') << element.getIntOrFloatBitWidth() << '[';
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    SmallVector<std::string> factors;
    int64_t number = size;
    for (auto &[name, symbol] : symbols)
      for (; number % symbol == 0; number /= symbol)
        factors.push_back(name);
    if (symbols.empty() && i == 0 && size == batch)
      factors.push_back("batch");
    else if (number != 1 || factors.empty())
      factors.insert(factors.begin(), std::to_string(number));
    os << (i ? "," : "") << llvm::join(factors, "*");
  }
  os << ']';
  return text;
}

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

OwningOpRef<ModuleOp> gradus::importModel(const ModelFile &file, MLIRContext &context, const ImportOptions &options) {
  context.loadDialect<nn::NNDialect, train::TrainDialect, func::FuncDialect>();
  if (failed(checkEverySize(file, context, options)))
    return nullptr;
  return Importer(file, context, options).run();
}

OwningOpRef<ModuleOp> Importer::run() {
  if (failed(checkModel(*this)))
    return nullptr;
  OwningOpRef<ModuleOp> owner = ModuleOp::create(FileLineColLoc::get(&context, file.name, 1, 1), model.name());
  module = *owner;
  b.setInsertionPointToEnd(module.getBody());
  if (model.has_train()) {
    FailureOr<train::RecipeAttr> recipe = importRecipe(*this);
    if (failed(recipe))
      return nullptr;
    module->setAttr(train::kRecipeAttr, *recipe);
  }
  std::optional<int64_t> givenBatch = types.sizeOf("batch");
  int64_t dataBatch = model.train().data().batch();
  int64_t validationBatch = model.train().validation().batch();
  int64_t trainBatch = givenBatch.value_or(dataBatch > 0 ? dataBatch : kDefaultBatch);
  int64_t evalBatch = validationBatch > 0 ? validationBatch : trainBatch;
  if (trainBatch < 1 || trainBatch > kMaxBatch || evalBatch > kMaxBatch) {
    diagnostics.report(file.root().position(), ErrorCode::DimensionSize, "batch must be between 1 and 2^24",
                       "use --dim batch=64");
    return nullptr;
  }
  if (model.has_train() &&
      (failed(buildEntry(train::Entry::Train, trainBatch)) || failed(buildEntry(train::Entry::Eval, evalBatch))))
    return nullptr;
  // One sample at a time, unless the model only predicts and a batch is given.
  int64_t predictBatch = model.has_train() ? 1 : givenBatch.value_or(1);
  if (failed(buildEntry(train::Entry::Predict, predictBatch)) || failed(verify(module)))
    return nullptr;
  return owner;
}

LogicalResult Importer::tryEntries(ArrayRef<Symbol> symbols) {
  if (failed(checkModel(*this)))
    return failure();
  OwningOpRef<ModuleOp> owner = ModuleOp::create(FileLineColLoc::get(&context, file.name, 1, 1));
  module = *owner;
  int64_t batch = symbols.front().second;
  if (model.has_train() && (failed(buildEntry(train::Entry::Train, batch, symbols)) ||
                            failed(buildEntry(train::Entry::Eval, batch, symbols))))
    return failure();
  return buildEntry(train::Entry::Predict, batch, symbols);
}

//===- Import.cpp - From a model file to nn and train ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace gradus;

Importer::Importer(const ModelFile &file, MLIRContext &context, const ImportOptions &options)
    : file(file), model(file.model), context(context), diagnostics(*file.diagnostics), dims(options.dims),
      precision(options.precision.value_or(file.model.precision())), b(&context) {
  for (const proto::Dim &dim : model.dim())
    if (dim.size() && !dims.contains(dim.name()))
      dims[dim.name()] = dim.size();
}

OwningOpRef<ModuleOp> gradus::importModel(const ModelFile &file, MLIRContext &context, const ImportOptions &options) {
  context.loadDialect<nn::NNDialect, train::TrainDialect, func::FuncDialect>();
  return Importer(file, context, options).run();
}

OwningOpRef<ModuleOp> Importer::run() {
  if (failed(checkHeader()))
    return nullptr;
  OwningOpRef<ModuleOp> owner = ModuleOp::create(FileLineColLoc::get(&context, file.name, 1, 1), model.name());
  module = *owner;
  b.setInsertionPointToEnd(module.getBody());
  if (model.has_train() && failed(buildRecipeAttr()))
    return nullptr;
  int64_t trainBatch = dims.contains("batch")             ? dims["batch"]
                       : model.train().data().batch() > 0 ? model.train().data().batch()
                                                          : 32;
  int64_t evalBatch = model.train().validation().batch() > 0 ? model.train().validation().batch() : trainBatch;
  if (trainBatch < 1 || trainBatch > (1 << 24) || evalBatch > (1 << 24)) {
    (void)diagnostics.error(file.root().position(), "G103", "batch must be between 1 and 2^24", "use --dim batch=64");
    return nullptr;
  }
  if (model.has_train() &&
      (failed(buildEntry(EntryKind::Train, trainBatch)) || failed(buildEntry(EntryKind::Eval, evalBatch))))
    return nullptr;
  // One sample at a time, unless the model only predicts and a batch is given.
  int64_t predictBatch = !model.has_train() && dims.contains("batch") ? dims["batch"] : 1;
  if (failed(buildEntry(EntryKind::Predict, predictBatch)))
    return nullptr;
  if (failed(verify(module)))
    return nullptr;
  return owner;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

Location Importer::locOf(const SourcePosition &position, const Twine &name) {
  Location at = FileLineColLoc::get(&context, file.name, position.line, position.column);
  return NameLoc::get(StringAttr::get(&context, name), at);
}

std::string Importer::describe(Value v) {
  std::string text;
  llvm::raw_string_ostream os(text);
  RankedTensorType type = typeOf(v);
  Type element = type.getElementType();
  os << (isa<FloatType>(element) ? 'f' : 'i') << element.getIntOrFloatBitWidth() << '[';
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    os << (i ? "," : "");
    if (i == 0 && size == batch)
      os << "batch";
    else
      os << size;
  }
  os << ']';
  return text;
}

LogicalResult Importer::checkName(StringRef name, const SourcePosition &position) {
  bool good = !name.empty() && name.size() <= 200 && (llvm::isAlpha(name[0]) || name[0] == '_');
  good &= !name.starts_with("__"); // "__metadata__" and the like belong to file formats
  for (char c : name)
    good &= llvm::isAlnum(c) || StringRef("_./-").contains(c);
  if (!good)
    return diagnostics.error(position, "G101", "'" + name + "' is not a name",
                             "use letters, digits and _ . / -, beginning with a letter");
  return success();
}

LogicalResult Importer::checkSize(ArrayRef<int64_t> shape, const SourcePosition &position) {
  int64_t total = 1;
  for (int64_t size : shape)
    if (size < 1 || llvm::MulOverflow(total, size, total) || total > (int64_t(1) << 40))
      return diagnostics.error(position, "G104", "the tensor would hold more than 2^40 elements, or none",
                               "check the sizes");
  return success();
}

LogicalResult Importer::checkDims() {
  SmallVector<StringRef> known{"batch"};
  for (const proto::Dim &dim : model.dim())
    known.push_back(dim.name());
  for (auto &given : dims) {
    StringRef name = given.first();
    // A dimension may also occur in a type without being declared.
    if (llvm::is_contained(known, name) || model.DebugString().find(name.str()) != std::string::npos)
      continue;
    StringRef guess = closest(name, known);
    return diagnostics.error(file.root().position(), "G103",
                             "--dim " + name + ": the model has no such dimension" +
                                 (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
                             "its dimensions are: " + llvm::join(known, ", "));
  }
  return success();
}

LogicalResult Importer::checkHeader() {
  SourceNode root = file.root();
  if (model.format_version() != 1)
    return diagnostics.error(root.at("format_version"), "G004",
                             model.format_version()
                                 ? "format_version " + Twine(model.format_version()) + " is not known to this compiler"
                                 : Twine("format_version is missing"),
                             "begin the file with format_version: 1");
  if (model.name().empty())
    return diagnostics.error(root.position(), "G101", "the model has no name", "add name: \"my_model\"");
  // It becomes the name of a file and of symbols.
  if (failed(checkName(model.name(), root.at("name"))))
    return failure();
  if (StringRef(model.name()).contains('/') || StringRef(model.name()).contains('.'))
    return diagnostics.error(root.at("name"), "G101", "the model's name '" + Twine(model.name()) + "' holds / or .",
                             "use letters, digits, _ and -");
  if (failed(checkDims()))
    return failure();
  llvm::StringSet<> seen;
  for (int i = 0; i < model.dim_size(); ++i) {
    const proto::Dim &dim = model.dim(i);
    SourceNode node = root.nested("dim", i);
    if (failed(checkName(dim.name(), node.at("name"))))
      return failure();
    if (!seen.insert(dim.name()).second)
      return diagnostics.error(node.at("name"), "G101", "dimension '" + Twine(dim.name()) + "' is declared twice",
                               "rename one of them");
    if (dim.size() < 0)
      return diagnostics.error(node.at("size"), "G103", "dimension '" + Twine(dim.name()) + "' has a negative size",
                               "sizes are at least 1");
  }
  if (model.input_size() == 0)
    return diagnostics.error(root.position(), "G201", "the model has no input",
                             "add input { name: \"x\" type: \"f32[batch,4]\" }");
  if (model.layer_size() == 0)
    return diagnostics.error(root.position(), "G201", "the model has no layer", "add layer { dense { units: 10 } }");
  seen.clear();
  for (int i = 0; i < model.input_size(); ++i) {
    const proto::Value &input = model.input(i);
    SourceNode node = root.nested("input", i);
    if (failed(checkName(input.name(), node.at("name"))))
      return failure();
    if (!seen.insert(input.name()).second)
      return diagnostics.error(node.at("name"), "G101", "input '" + Twine(input.name()) + "' is given twice",
                               "rename one of them");
    Type element;
    SmallVector<int64_t> shape;
    if (failed(parseTypeString(input.type(), node.at("type"), diagnostics, dims, context, element, shape)))
      return failure();
    if (shape.empty() || shape[0] != -1 || llvm::count(shape, -1) != 1)
      return diagnostics.error(node.at("type"), "G102", "the first dimension of an input, and only it, is batch",
                               "write f32[batch,…]");
  }
  seen.clear();
  for (int i = 0; i < model.function_size(); ++i)
    if (!seen.insert(model.function(i).name()).second)
      return diagnostics.error(root.nested("function", i).at("name"), "G101",
                               "function '" + Twine(model.function(i).name()) + "' is given twice",
                               "rename one of them");
  return success();
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

LogicalResult Importer::buildEntry(EntryKind entryKind, int64_t entryBatch) {
  kind = entryKind;
  batch = entryBatch;
  dropoutCount = layerCount = 0;
  parametersRead.clear();
  SourceNode root = file.root();
  StringRef name = kind == EntryKind::Train ? "train" : kind == EntryKind::Eval ? "eval" : "predict";
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> types;
  for (int i = 0; i < model.input_size(); ++i) {
    Type element;
    SmallVector<int64_t> shape;
    if (failed(parseTypeString(model.input(i).type(), root.nested("input", i).at("type"), diagnostics, dims, context,
                               element, shape)))
      return failure();
    shape[0] = batch;
    if (failed(checkSize(shape, root.nested("input", i).at("type"))))
      return failure();
    types.push_back(RankedTensorType::get(shape, element));
  }
  auto function = func::FuncOp::create(b, module.getLoc(), name, b.getFunctionType(types, {}));
  function->setAttr(train::kEntryAttr, b.getStringAttr(name));
  Block *block = function.addEntryBlock();
  b.setInsertionPointToStart(block);
  Scope scope;
  for (int i = 0; i < model.input_size(); ++i) {
    function.setArgAttr(i, train::kNameAttr, b.getStringAttr(model.input(i).name()));
    scope.values[model.input(i).name()] = block->getArgument(i);
  }
  scope.current = block->getArgument(0);
  if (kind == EntryKind::Train) {
    seed = train::CounterOp::create(b, module.getLoc(), train::Counter::Seed);
    step = train::CounterOp::create(b, module.getLoc(), train::Counter::Step);
  }
  if (failed(importLayers(model.layer(), root, scope)))
    return failure();
  switch (kind) {
  case EntryKind::Train:
    return buildTrainEntry(scope, function);
  case EntryKind::Eval:
    return buildEvalEntry(scope, function);
  case EntryKind::Predict:
    return buildPredictEntry(scope, function);
  }
  llvm_unreachable("unknown entry kind");
}

void Importer::finishEntry(func::FuncOp function, ArrayRef<std::pair<std::string, Value>> results) {
  SmallVector<Value> values;
  for (auto &[name, v] : results)
    values.push_back(v);
  func::ReturnOp::create(b, function.getLoc(), values);
  function.setFunctionType(b.getFunctionType(function.getArgumentTypes(), ValueRange(values).getTypes()));
  for (auto [i, result] : llvm::enumerate(results))
    function.setResultAttr(i, train::kNameAttr, b.getStringAttr(result.first));
}

FailureOr<SmallVector<std::pair<std::string, Value>>> Importer::modelOutputs(Scope &scope) {
  SmallVector<std::pair<std::string, Value>> outputs;
  for (int i = 0; i < model.output_size(); ++i) {
    auto it = scope.values.find(model.output(i));
    if (it == scope.values.end()) {
      SmallVector<StringRef> names(scope.values.keys());
      StringRef guess = closest(model.output(i), names);
      return diagnostics.error(file.root().at("output", i), "G201",
                               "no layer is named '" + Twine(model.output(i)) + "'" +
                                   (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
                               "give the layer an output: \"" + Twine(model.output(i)) + "\"");
    }
    outputs.emplace_back(model.output(i), it->second);
  }
  if (outputs.empty())
    outputs.emplace_back("output", scope.current);
  return outputs;
}

LogicalResult Importer::buildTrainEntry(Scope &scope, func::FuncOp function) {
  FailureOr<LossInputs> in = lossInputs(scope);
  if (failed(in))
    return failure();
  Location loc = locOf(file.root().at("train"), "loss");
  Value each = perElementLoss(*in, loc);
  auto type = typeOf(each);
  Value sum =
      nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, each, llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
  Value loss = nn::MulOp::create(b, loc, sum, nn::splat(b, loc, sum.getType(), 1.0 / type.getNumElements()));
  if (parametersRead.empty())
    return diagnostics.error(file.root().at("train"), "G301", "there is nothing to train: no layer has parameters",
                             "add a dense layer, or remove freeze");
  if (failed(buildUpdates(loss)))
    return failure();
  // The learning rate is the second result, for the log.
  Value rate;
  function.walk([&](train::LearningRateOp op) { rate = op; });
  finishEntry(function, {{"loss", loss}, {"lr", rate}});
  return success();
}

LogicalResult Importer::buildEvalEntry(Scope &scope, func::FuncOp function) {
  FailureOr<LossInputs> in = lossInputs(scope);
  FailureOr<SmallVector<std::pair<std::string, int64_t>>> wanted = metrics();
  if (failed(in) || failed(wanted))
    return failure();
  Location loc = locOf(file.root().at("train"), "metric");
  /// The mean over all but the batch dimension.
  auto perSample = [&](Value v) -> Value {
    auto type = typeOf(v);
    if (type.getRank() == 1)
      return v;
    Value sum =
        nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, v, llvm::to_vector(llvm::seq<int64_t>(1, type.getRank())));
    return nn::MulOp::create(b, loc, sum,
                             nn::splat(b, loc, sum.getType(), double(type.getDimSize(0)) / type.getNumElements()));
  };
  SmallVector<std::pair<std::string, Value>> results;
  for (auto &[name, k] : *wanted) {
    if (name == "loss") {
      results.emplace_back(name, perSample(perElementLoss(*in, loc)));
      continue;
    }
    // The label is among the best k if fewer than k logits exceed its own.
    Value logits = in->prediction;
    auto type = typeOf(logits);
    int64_t last = type.getRank() - 1;
    SmallVector<int64_t> kept = llvm::to_vector(llvm::seq<int64_t>(0, last));
    Value hot = nn::OneHotOp::create(b, loc, type, in->target);
    Value zero = nn::splat(b, loc, type, 0), lowest = nn::splat(b, loc, type, -std::numeric_limits<double>::infinity());
    Type mask = type.clone(b.getI1Type());
    Value isLabel = nn::CompareOp::create(b, loc, mask, nn::ComparePredicate::Gt, hot, zero);
    Value only = nn::SelectOp::create(b, loc, type, isLabel, logits, lowest);
    Value own = nn::ReduceOp::create(b, loc, nn::ReduceKind::Max, only, ArrayRef<int64_t>{last});
    Value better = nn::CompareOp::create(b, loc, mask, nn::ComparePredicate::Gt, logits,
                                         nn::BroadcastOp::create(b, loc, type, own, kept));
    Value count = nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, nn::CastOp::create(b, loc, type, better),
                                       ArrayRef<int64_t>{last});
    Value among = nn::CompareOp::create(b, loc, typeOf(count).clone(b.getI1Type()), nn::ComparePredicate::Lt, count,
                                        nn::splat(b, loc, count.getType(), k));
    results.emplace_back(name, perSample(nn::CastOp::create(b, loc, count.getType(), among)));
  }
  finishEntry(function, results);
  return success();
}

LogicalResult Importer::buildPredictEntry(Scope &scope, func::FuncOp function) {
  FailureOr<SmallVector<std::pair<std::string, Value>>> outputs = modelOutputs(scope);
  if (failed(outputs))
    return failure();
  if (model.train().has_softmax_cross_entropy()) {
    FailureOr<LossInputs> in = lossInputs(scope);
    if (failed(in))
      return failure();
    auto type = typeOf(in->prediction);
    int64_t last = type.getRank() - 1;
    Location loc = locOf(file.root().at("train"), "class");
    auto classType = RankedTensorType::get(type.getShape().drop_back(), b.getI32Type());
    outputs->emplace_back("class", nn::ArgmaxOp::create(b, loc, classType, in->prediction, last));
  }
  for (auto &[name, v] : *outputs)
    if (typeOf(v).getRank() == 0 || typeOf(v).getDimSize(0) != batch)
      return diagnostics.error(file.root().at("output"), "G202", "output '" + Twine(name) + "' has no batch dimension",
                               "an output has one row per sample");
  finishEntry(function, *outputs);
  // What prediction does not need (labels) is not asked for.
  for (int i = function.getNumArguments() - 1; i >= 0; --i)
    if (function.getArgument(i).use_empty())
      if (failed(function.eraseArgument(i)))
        return failure();
  return success();
}

//===- ImportEntries.cpp - The entry points of a model --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ImportRecipe.h"
#include "compiler/Frontend/Importer.h"
#include "compiler/Frontend/NetworkImporter.h"
#include "dialects/nn/IR/ScalarAlgebra.h"
#include "gradus/model_abi.h"

using namespace mlir;
using namespace gradus;

/// A function with the inputs of the model as arguments, which are defined in `scope`,
/// and the builder in it.
FailureOr<func::FuncOp> Importer::createFunction(Scope &scope) {
  SmallVector<Type> arguments;
  for (auto [i, input] : llvm::enumerate(inputs)) {
    RankedTensorType type = input.withBatch(entry.batch);
    SourcePosition position = file.root().nested("input", static_cast<int>(i)).at("type");
    if (failed(checkElementCount(type.getShape(), position, diagnostics)))
      return failure();
    arguments.push_back(type);
  }
  StringRef name = train::stringifyEntry(entry.kind);
  auto function = func::FuncOp::create(b, module.getLoc(), name, b.getFunctionType(arguments, {}));
  function->setAttr(train::kEntryAttr, train::EntryAttr::get(&context, entry.kind));
  Block *block = function.addEntryBlock();
  b.setInsertionPointToStart(block);
  for (auto [i, input] : llvm::enumerate(model.input())) {
    function.setArgAttr(i, train::kNameAttr, b.getStringAttr(input.name()));
    scope.values[input.name()] = block->getArgument(i);
  }
  scope.current = block->getArgument(0);
  return function;
}

LogicalResult Importer::buildEntry(train::Entry kind, int64_t batch, ArrayRef<Symbol> symbols) {
  entry = {kind, batch, symbols.vec()};
  parameters.beginEntry();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  Scope scope;
  FailureOr<func::FuncOp> function = createFunction(scope);
  if (failed(function))
    return failure();
  if (kind == train::Entry::Train) {
    entry.seed = train::CounterOp::create(b, module.getLoc(), train::Counter::Seed);
    entry.step = train::CounterOp::create(b, module.getLoc(), train::Counter::Step);
  }
  if (failed(NetworkImporter(*this, parameters, entry).importLayers(model.layer(), file.root(), scope)))
    return failure();
  switch (kind) {
  case train::Entry::Train:
    return buildTrainEntry(scope, *function);
  case train::Entry::Eval:
    return buildEvalEntry(scope, *function);
  case train::Entry::Predict:
    return buildPredictEntry(scope, *function);
  }
  llvm_unreachable("unknown entry kind");
}

/// Returns `results` from the function, under their names.
void Importer::finishEntry(func::FuncOp function, ArrayRef<NamedValue> results) {
  SmallVector<Value> values(llvm::make_second_range(results));
  func::ReturnOp::create(b, function.getLoc(), values);
  function.setFunctionType(b.getFunctionType(function.getArgumentTypes(), ValueRange(values).getTypes()));
  for (auto [i, result] : llvm::enumerate(results))
    function.setResultAttr(i, train::kNameAttr, b.getStringAttr(result.first));
}

/// What `predict` returns: what the model calls its outputs, or its last layer.
FailureOr<SmallVector<NamedValue>> Importer::modelOutputs(Scope &scope) {
  SmallVector<NamedValue> outputs;
  for (auto [i, name] : llvm::enumerate(model.output())) {
    Value value = scope.lookup(name);
    if (!value)
      return diagnostics.error(file.root().at("output", static_cast<int>(i)), ErrorCode::UndefinedName,
                               "no layer is named '" + Twine(name) + "'" + scope.suggest(name),
                               "give the layer an output: \"" + Twine(name) + "\"");
    outputs.emplace_back(name, value);
  }
  if (outputs.empty())
    outputs.emplace_back("output", scope.current);
  return outputs;
}

//===----------------------------------------------------------------------===//
// train
//===----------------------------------------------------------------------===//

/// The mean of all elements. With `weights`, the values come multiplied by these, and their sum is divided by that of
/// the weights; it is 0 where all are 0.
static Value meanOf(OpBuilder &b, Location loc, Value v, Value weights) {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, rankOf(v)));
  if (!weights)
    return nn::meanAlong(b, loc, v, dims);
  Value sum = nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, v, dims);
  Value weight = nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, weights, dims);
  nn::GraphAlgebra a(b, loc, sum);
  return a.div(sum, a.select(a.gt(weight, a.lit(0)), weight, a.lit(1)));
}

LogicalResult Importer::buildTrainEntry(Scope &scope, func::FuncOp function) {
  FailureOr<LossOperands> in = lossOperands(scope);
  if (failed(in))
    return failure();
  Location loc = locOf(file.root().at("train"), "loss");
  Value each = buildLoss(b, loc, model.train(), *in);
  Value loss = meanOf(b, loc, each, buildLabelWeights(b, loc, model.train(), *in));
  if (parameters.getTrainable().empty())
    return diagnostics.error(file.root().at("train"), ErrorCode::Recipe,
                             "there is nothing to train: no layer has parameters",
                             "add a dense layer, or remove freeze");
  FailureOr<Value> rate = importOptimizer(*this, loss, parameters.getTrainable());
  if (failed(rate))
    return failure();
  // The learning rate is the second result, for the log.
  finishEntry(function, {{"loss", loss}, {"lr", *rate}});
  return success();
}

//===----------------------------------------------------------------------===//
// eval
//===----------------------------------------------------------------------===//

/// One value per sample: the sum over all but the first dimension.
static Value sumPerSample(OpBuilder &b, Location loc, Value v) {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(1, rankOf(v)));
  return dims.empty() ? v : nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, v, dims).getResult();
}

/// One value per sample: the mean over all but the first dimension.
static Value meanPerSample(OpBuilder &b, Location loc, Value v) {
  return typeOf(v).getRank() == 1 ? v : nn::meanAlong(b, loc, v, llvm::to_vector(llvm::seq<int64_t>(1, rankOf(v))));
}

/// 1 where the label is among the `k` classes of the largest logits, else 0: where
/// fewer than `k` logits come before its own. As in argmax, which predicts the class,
/// NaN comes before numbers and of equals the first; but a label whose logit is NaN is
/// not among them.
static Value amongBest(OpBuilder &b, Location loc, Value logits, Value labels, int64_t k) {
  using P = nn::ComparePredicate;
  RankedTensorType type = typeOf(logits), indexType = type.clone(typeOf(labels).getElementType());
  int64_t last = type.getRank() - 1;
  SmallVector<int64_t> kept = llvm::to_vector(llvm::seq<int64_t>(0, last));
  auto compare = [&](P predicate, Value l, Value r) -> Value {
    return nn::CompareOp::create(b, loc, typeOf(l).clone(b.getI1Type()), predicate, l, r);
  };
  auto select = [&](Value condition, Value l, Value r) -> Value {
    return nn::SelectOp::create(b, loc, typeOf(l), condition, l, r);
  };
  Value zero = nn::splat(b, loc, type, 0), one = nn::splat(b, loc, type, 1);
  Value lowest = nn::splat(b, loc, type, -std::numeric_limits<double>::infinity());
  Value isLabel = compare(P::Gt, nn::OneHotOp::create(b, loc, type, labels), zero);
  Value own =
      nn::ReduceOp::create(b, loc, nn::ReduceKind::Max, select(isLabel, logits, lowest), ArrayRef<int64_t>{last});
  Value ownOfAll = nn::BroadcastOp::create(b, loc, type, own, kept);
  Value isEarlier = compare(P::Lt, nn::IotaOp::create(b, loc, indexType, last),
                            nn::BroadcastOp::create(b, loc, indexType, labels, kept));
  Value isNaN = compare(P::Ne, logits, logits);
  Value before =
      select(compare(P::Gt, logits, ownOfAll), one,
             select(compare(P::Eq, logits, ownOfAll), select(isEarlier, one, zero), select(isNaN, one, zero)));
  Value count = nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, before, ArrayRef<int64_t>{last});
  Value bound = nn::splat(b, loc, count.getType(), static_cast<double>(k));
  Value none = nn::splat(b, loc, count.getType(), 0);
  Value among = nn::CastOp::create(b, loc, count.getType(), compare(P::Lt, count, bound));
  return select(compare(P::Eq, own, own), among, none);
}

LogicalResult Importer::buildEvalEntry(Scope &scope, func::FuncOp function) {
  FailureOr<LossOperands> in = lossOperands(scope);
  FailureOr<SmallVector<std::pair<std::string, int64_t>>> wanted = metrics();
  if (failed(in) || failed(wanted))
    return failure();
  Location loc = locOf(file.root().at("train"), "metric");
  SmallVector<NamedValue> results;
  for (auto &[name, k] : *wanted) {
    bool isLoss = name == "loss";
    Value each = isLoss ? buildLoss(b, loc, model.train(), *in)
                        : amongBest(b, loc, in->prediction, buildClasses(b, loc, model.train(), *in), k);
    Value weights = isLoss ? buildLabelWeights(b, loc, model.train(), *in) : buildLabelMask(b, loc, model.train(), *in);
    if (!weights) {
      results.emplace_back(name, meanPerSample(b, loc, each));
      continue;
    }
    // Where samples do not count alike, the sum of each comes with that of its weights.
    if (!isLoss)
      each = nn::MulOp::create(b, loc, each, weights);
    results.emplace_back(name, sumPerSample(b, loc, each));
    results.emplace_back(name + GRADUS_WEIGHT_SUFFIX, sumPerSample(b, loc, weights));
  }
  for (auto &[name, v] : results)
    if (typeOf(v).getDimSize(0) != entry.batch)
      return diagnostics.error(file.root().at("train"), ErrorCode::InputType,
                               "metric '" + Twine(name) + "' has no batch dimension: it is computed from " +
                                   describe(in->prediction),
                               "a metric has one value per sample");
  finishEntry(function, results);
  return success();
}

//===----------------------------------------------------------------------===//
// predict
//===----------------------------------------------------------------------===//

LogicalResult Importer::buildPredictEntry(Scope &scope, func::FuncOp function) {
  FailureOr<SmallVector<NamedValue>> outputs = modelOutputs(scope);
  if (failed(outputs))
    return failure();
  if (const LossKind *kind = lossKind(model.train()); kind && kind->hasClasses) {
    FailureOr<LossOperands> in = lossOperands(scope);
    if (failed(in))
      return failure();
    RankedTensorType type = typeOf(in->prediction);
    Location loc = locOf(file.root().at("train"), "class");
    auto classType = RankedTensorType::get(type.getShape().drop_back(), b.getI32Type());
    outputs->emplace_back("class", nn::ArgmaxOp::create(b, loc, classType, in->prediction, type.getRank() - 1));
  }
  for (auto &[name, v] : *outputs)
    if (typeOf(v).getRank() == 0 || typeOf(v).getDimSize(0) != entry.batch)
      return diagnostics.error(file.root().at("output"), ErrorCode::InputType,
                               "output '" + Twine(name) + "' has no batch dimension",
                               "an output has one row per sample");
  finishEntry(function, *outputs);
  // What prediction does not need (labels) is not asked for.
  for (int i = static_cast<int>(function.getNumArguments()) - 1; i >= 0; --i)
    if (function.getArgument(i).use_empty() && failed(function.eraseArgument(i)))
      return failure();
  return success();
}

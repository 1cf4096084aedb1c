//===- ImportLoss.cpp - Loss and metrics of a recipe ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace gradus;

FailureOr<Value> Importer::namedTensor(StringRef name, const Scope &scope, const SourcePosition &position) {
  if (Value value = scope.lookup(name))
    return value;
  return diagnostics.error(position, ErrorCode::UndefinedName, "'" + name + "' is not defined" + scope.suggest(name),
                           "name an input, or the output of a layer");
}

FailureOr<Value> Importer::defaultTarget(StringRef field, SourceNode loss) {
  SmallVector<std::string> unread;
  Value target;
  auto function = cast<func::FuncOp>(b.getInsertionBlock()->getParentOp());
  for (auto [input, argument] : llvm::zip_equal(model.input(), function.getArguments()))
    if (argument.use_empty()) {
      unread.push_back("'" + input.name() + "'");
      target = argument;
    }
  if (unread.empty())
    return diagnostics.error(loss.position(), ErrorCode::Recipe,
                             "the loss has no target: every input is read by a layer",
                             field == "label" ? "add an input for labels, i32[batch]" : "add an input for targets");
  if (unread.size() > 1)
    return diagnostics.error(loss.position(), ErrorCode::Recipe,
                             "the target of the loss is not clear: no layer reads " + llvm::join(unread, ", "),
                             "name the target, for example " + field + ": \"" + StringRef(unread.back()).trim('\'') +
                                 "\"");
  return target;
}

LogicalResult Importer::checkLossTypes(const LossInputs &in, SourceNode loss) {
  auto prediction = typeOf(in.prediction), target = typeOf(in.target);
  if (!isFloat(in.prediction))
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "the loss needs floating-point predictions, not " + Twine(describe(in.prediction)),
                             "cast them");
  if (!in.crossEntropy) {
    if (prediction == target)
      return success();
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "prediction " + Twine(describe(in.prediction)) + " and target " + describe(in.target) +
                                 " differ",
                             "make them the same type and shape");
  }
  if (isFloat(in.target) || prediction.getRank() < 2 || prediction.getShape().drop_back() != target.getShape())
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "logits " + Twine(describe(in.prediction)) +
                                 " need integer labels of that shape without its last dimension, not " +
                                 describe(in.target),
                             "labels are class numbers: i32[batch]");
  return success();
}

FailureOr<Importer::LossInputs> Importer::lossInputs(Scope &scope) {
  const proto::Train &train = model.train();
  SourceNode node = file.root().nested("train");
  if (train.loss_case() == proto::Train::LOSS_NOT_SET)
    return diagnostics.error(node.position(), ErrorCode::Recipe, "the recipe has no loss",
                             "add softmax_cross_entropy {} or mean_squared_error {}");
  bool crossEntropy = train.has_softmax_cross_entropy();
  SourceNode loss = node.nested(crossEntropy ? "softmax_cross_entropy" : "mean_squared_error");
  const proto::SoftmaxCrossEntropy &entropy = train.softmax_cross_entropy();
  const proto::MeanSquaredError &squares = train.mean_squared_error();
  StringRef predictionField = crossEntropy ? "logits" : "prediction", targetField = crossEntropy ? "label" : "target";
  StringRef prediction = crossEntropy ? entropy.logits() : squares.prediction();
  StringRef target = crossEntropy ? entropy.label() : squares.target();

  FailureOr<SmallVector<NamedValue>> outputs = modelOutputs(scope);
  if (failed(outputs))
    return failure();
  FailureOr<Value> p = prediction.empty() ? FailureOr<Value>(outputs->front().second)
                                          : namedTensor(prediction, scope, loss.at(predictionField));
  if (failed(p))
    return failure();
  FailureOr<Value> t =
      target.empty() ? defaultTarget(targetField, loss) : namedTensor(target, scope, loss.at(targetField));
  if (failed(t))
    return failure();
  LossInputs in{*p, *t, crossEntropy};
  if (failed(checkLossTypes(in, loss)))
    return failure();
  return in;
}

Value Importer::perElementLoss(const LossInputs &in, Location loc) {
  if (in.crossEntropy)
    return nn::SoftmaxCrossEntropyOp::create(b, loc, in.prediction, in.target);
  Value d = nn::SubOp::create(b, loc, in.prediction, in.target);
  return nn::MulOp::create(b, loc, d, d);
}

FailureOr<SmallVector<std::pair<std::string, int64_t>>> Importer::metrics() {
  const proto::Train &train = model.train();
  SmallVector<std::pair<std::string, int64_t>> result;
  bool classes = train.has_softmax_cross_entropy();
  if (train.metric_size() == 0) {
    if (classes)
      result.emplace_back("accuracy", 1);
    result.emplace_back("loss", 0);
    return result;
  }
  for (int i = 0; i < train.metric_size(); ++i) {
    StringRef name = train.metric(i), rest = name;
    int64_t k = name == "accuracy" ? 1 : 0;
    bool known =
        name == "loss" || name == "accuracy" || (rest.consume_front("top") && to_integer(rest, k, 10) && k > 0);
    SourcePosition position = file.root().nested("train").at("metric", i);
    if (!known)
      return diagnostics.error(position, ErrorCode::Recipe, "there is no metric '" + name + "'",
                               "use \"loss\", \"accuracy\" or \"top5\"");
    if (k > 0 && !classes)
      return diagnostics.error(position, ErrorCode::Recipe,
                               "'" + name + "' needs classes, but the loss is mean_squared_error",
                               "use metric: \"loss\"");
    result.emplace_back(name.str(), k);
  }
  return result;
}

//===- ImportLoss.cpp - Loss and metrics of a recipe ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

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

LogicalResult Importer::checkLossTypes(const LossOperands &in, SourceNode loss) {
  auto prediction = typeOf(in.prediction), target = typeOf(in.target);
  if (!isFloat(in.prediction))
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "the loss needs floating-point predictions, not " + Twine(describe(in.prediction)),
                             "cast them");
  if (!lossKind(model.train())->hasClasses) {
    if (prediction == target)
      return success();
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "prediction " + Twine(describe(in.prediction)) + " and target " + describe(in.target) +
                                 " differ",
                             "make them the same type and shape");
  }
  if (isFloat(in.target) || prediction.getRank() < 2 || prediction.getShape().drop_back() != target.getShape())
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             StringRef(lossKind(model.train())->prediction) + " " + describe(in.prediction) +
                                 " need integer labels of that shape without its last dimension, not " +
                                 describe(in.target),
                             "labels are class numbers: i32[batch]");
  return success();
}

/// Whether `label` is one of a type of integers; of i64, those that a double tells from others.
static bool isLabel(int64_t label, Type element) {
  int64_t bound = int64_t{1} << (element.isInteger(32) ? 31 : 53);
  return label >= -bound && label < bound;
}

LogicalResult Importer::checkLossSettings(const LossOperands &in, SourceNode loss) {
  const proto::Train &train = model.train();
  auto error = [&](StringRef field, const Twine &message, StringRef hint) {
    return diagnostics.error(loss.at(field), ErrorCode::Recipe, message, hint);
  };
  auto isPositive = [](double value) { return value > 0 && std::isfinite(value); };
  if (train.has_huber() && train.huber().has_delta() && !isPositive(train.huber().delta()))
    return error("delta", "delta must be positive and finite", "for example delta: 1");
  const proto::BinaryCrossEntropy &binary = train.binary_cross_entropy();
  if (binary.has_positive_weight() && !isPositive(binary.positive_weight()))
    return error("positive_weight", "positive_weight must be positive and finite", "for example positive_weight: 2");
  if (train.has_kl_divergence() && typeOf(in.prediction).getRank() < 2)
    return error("log_probabilities", "a divergence needs rows of probabilities", "give it f32[batch,classes]");
  ClassSettings settings = classSettings(train);
  if (!(settings.labelSmoothing >= 0 && settings.labelSmoothing <= 1))
    return error("label_smoothing", "label_smoothing must be between 0 and 1", "for example label_smoothing: 0.1");
  if (settings.ignored && !isLabel(*settings.ignored, typeOf(in.target).getElementType()))
    return error("ignore_label", "no label of " + describe(in.target) + " is " + Twine(*settings.ignored),
                 "for example ignore_label: -100");
  int64_t classes = settings.weights.empty() ? 0 : shapeOf(in.prediction).back();
  if (static_cast<int64_t>(settings.weights.size()) != classes)
    return error("class_weight",
                 "there are " + Twine(settings.weights.size()) + " weights, but " + Twine(classes) + " classes in " +
                     describe(in.prediction),
                 "give each class a weight");
  if (!llvm::all_of(settings.weights, [](double weight) { return weight >= 0 && std::isfinite(weight); }))
    return error("class_weight", "a weight is negative or not finite", "weights are 0 or more");
  return success();
}

FailureOr<LossOperands> Importer::lossOperands(Scope &scope) {
  SourceNode node = file.root().nested("train");
  const LossKind *kind = lossKind(model.train());
  if (!kind)
    return diagnostics.error(node.position(), ErrorCode::Recipe, "the recipe has no loss",
                             "add softmax_cross_entropy {} or mean_squared_error {}");
  SourceNode loss = node.nested(kind->field);
  const google::protobuf::Message &message = loss.getMessage();
  auto nameIn = [&](StringRef field) {
    return message.GetReflection()->GetString(message, message.GetDescriptor()->FindFieldByName(field.str()));
  };
  std::string prediction = nameIn(kind->prediction), target = nameIn(kind->target);
  FailureOr<SmallVector<NamedValue>> outputs = modelOutputs(scope);
  if (failed(outputs))
    return failure();
  FailureOr<Value> p = prediction.empty() ? FailureOr<Value>(outputs->front().second)
                                          : namedTensor(prediction, scope, loss.at(kind->prediction));
  if (failed(p))
    return failure();
  FailureOr<Value> t =
      target.empty() ? defaultTarget(kind->target, loss) : namedTensor(target, scope, loss.at(kind->target));
  if (failed(t))
    return failure();
  LossOperands in{*p, *t};
  if (failed(checkLossTypes(in, loss)) || failed(checkLossSettings(in, loss)))
    return failure();
  return in;
}

FailureOr<SmallVector<std::pair<std::string, int64_t>>> Importer::metrics() {
  const proto::Train &train = model.train();
  SmallVector<std::pair<std::string, int64_t>> result;
  const LossKind *kind = lossKind(train);
  bool classes = kind && kind->hasClasses;
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
                               "'" + name + "' needs classes, but the loss is " + kind->field, "use metric: \"loss\"");
    result.emplace_back(name.str(), k);
  }
  return result;
}

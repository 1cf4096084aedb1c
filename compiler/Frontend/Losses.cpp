//===- Losses.cpp - The formulas of losses --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Losses.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/nn/IR/ScalarAlgebra.h"

using namespace mlir;
using namespace gradus;

const LossKind *gradus::lossKind(const proto::Train &train) {
  static constexpr LossKind entropy{"softmax_cross_entropy", "logits", "label", true};
  static constexpr LossKind likelihood{"negative_log_likelihood", "log_probabilities", "label", true};
  static constexpr LossKind squares{"mean_squared_error", "prediction", "target", false};
  static constexpr LossKind distance{"mean_absolute_error", "prediction", "target", false};
  static constexpr LossKind huber{"huber", "prediction", "target", false};
  static constexpr LossKind binary{"binary_cross_entropy", "logits", "target", false};
  static constexpr LossKind divergence{"kl_divergence", "log_probabilities", "target", false};
  switch (train.loss_case()) {
  case proto::Train::kSoftmaxCrossEntropy:
    return &entropy;
  case proto::Train::kNegativeLogLikelihood:
    return &likelihood;
  case proto::Train::kMeanSquaredError:
    return &squares;
  case proto::Train::kMeanAbsoluteError:
    return &distance;
  case proto::Train::kHuber:
    return &huber;
  case proto::Train::kBinaryCrossEntropy:
    return &binary;
  case proto::Train::kKlDivergence:
    return &divergence;
  case proto::Train::LOSS_NOT_SET:
    return nullptr;
  }
  llvm_unreachable("unknown loss");
}

template <typename Message>
static ClassSettings settingsOf(const Message &loss) {
  ClassSettings settings;
  settings.weights = {loss.class_weight().data(), static_cast<size_t>(loss.class_weight_size())};
  if (loss.has_ignore_label())
    settings.ignored = loss.ignore_label();
  return settings;
}

ClassSettings gradus::classSettings(const proto::Train &train) {
  if (train.has_negative_log_likelihood())
    return settingsOf(train.negative_log_likelihood());
  if (!train.has_softmax_cross_entropy())
    return {};
  ClassSettings settings = settingsOf(train.softmax_cross_entropy());
  settings.labelSmoothing = train.softmax_cross_entropy().label_smoothing();
  return settings;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

namespace {

/// A loss whose target holds classes, with its weights.
struct ClassLoss {
  OpBuilder &b;
  Location loc;
  ClassSettings settings;
  Value x, label; // the prediction, the labels as they come

  ClassLoss(OpBuilder &b, Location loc, const proto::Train &train, LossOperands in)
      : b(b), loc(loc), settings(classSettings(train)), x(in.prediction), label(in.target) {}

  RankedTensorType type() const { return typeOf(x); }
  int64_t last() const { return type().getRank() - 1; }
  RankedTensorType labelType() const { return typeOf(label); }
  RankedTensorType resultType() const { return labelType().clone(type().getElementType()); }

  /// Where the label is ignored, as i1; null if all count.
  Value isIgnored() const {
    if (!settings.ignored)
      return {};
    Value ignored = nn::splat(b, loc, labelType(), static_cast<double>(*settings.ignored));
    return nn::CompareOp::create(b, loc, labelType().clone(b.getI1Type()), nn::ComparePredicate::Eq, label, ignored);
  }
  /// The labels, with 0 for those that are ignored, which need not be numbers of classes.
  Value classes() const {
    Value ignored = isIgnored();
    if (!ignored)
      return label;
    return nn::SelectOp::create(b, loc, labelType(), ignored, nn::splat(b, loc, labelType(), 0), label);
  }
  /// 1 for each label that counts, 0 for others; null if all count.
  Value mask() const {
    Value ignored = isIgnored();
    if (!ignored)
      return {};
    Value zero = nn::splat(b, loc, resultType(), 0), one = nn::splat(b, loc, resultType(), 1);
    return nn::SelectOp::create(b, loc, resultType(), ignored, zero, one);
  }
  /// The weights of all classes, for each row.
  Value classWeights() const {
    SmallVector<Attribute> numbers;
    for (double weight : settings.weights)
      numbers.push_back(b.getFloatAttr(type().getElementType(), weight));
    RankedTensorType tableType = type().clone({static_cast<int64_t>(numbers.size())});
    Value table = nn::ConstantOp::create(b, loc, tableType, DenseElementsAttr::get(tableType, numbers));
    return nn::BroadcastOp::create(b, loc, type(), table, last());
  }
  /// The weight of each label; null if all count alike.
  Value weights() const {
    Value counts = mask();
    if (settings.weights.empty())
      return counts;
    Value weight = pick(classWeights());
    return counts ? Value(nn::MulOp::create(b, loc, weight, counts)) : weight;
  }
  /// The element of each row of `rows` that its label names. No product with 0: -inf stays out of it.
  Value pick(Value rows) const {
    RankedTensorType indexType = type().clone(labelType().getElementType());
    Value wanted =
        nn::BroadcastOp::create(b, loc, indexType, classes(), llvm::to_vector(llvm::seq<int64_t>(0, last())));
    Value isWanted = nn::CompareOp::create(b, loc, type().clone(b.getI1Type()), nn::ComparePredicate::Eq,
                                           nn::IotaOp::create(b, loc, indexType, last()), wanted);
    Value chosen = nn::SelectOp::create(b, loc, type(), isWanted, rows, nn::splat(b, loc, type(), 0));
    return nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, chosen, last());
  }
  /// `each`, but 0 for ignored labels, whatever it is.
  Value unlessIgnored(Value each) const {
    Value ignored = isIgnored();
    return ignored ? nn::SelectOp::create(b, loc, resultType(), ignored, nn::splat(b, loc, resultType(), 0), each)
                   : each;
  }
  /// `each` times the weight of its label.
  Value weighted(Value each) const {
    if (!settings.weights.empty())
      each = nn::MulOp::create(b, loc, each, pick(classWeights()));
    return unlessIgnored(each);
  }

  /// (1 - s) ce + s (logsumexp x - mean x): the cross entropy with a target that gives a share of s to all classes
  /// alike. With weights, each class has its own in the second part, as in PyTorch.
  Value crossEntropy() const {
    Value hard = weighted(nn::SoftmaxCrossEntropyOp::create(b, loc, x, classes()));
    if (settings.labelSmoothing == 0)
      return hard;
    nn::GraphAlgebra a(b, loc, hard);
    Value soft;
    if (settings.weights.empty()) {
      soft = a.sub(nn::LogsumexpOp::create(b, loc, x, last()), nn::meanAlong(b, loc, x, last()));
    } else {
      Value terms = nn::MulOp::create(b, loc, nn::LogSoftmaxOp::create(b, loc, x, last()), classWeights());
      soft = a.neg(nn::meanAlong(b, loc, terms, last()));
    }
    soft = unlessIgnored(soft);
    return a.add(a.mul(a.lit(1 - settings.labelSmoothing), hard), a.mul(a.lit(settings.labelSmoothing), soft));
  }
  Value negativeLogLikelihood() const { return weighted(nn::NegOp::create(b, loc, pick(x))); }
};

} // namespace

Value gradus::buildClasses(OpBuilder &b, Location loc, const proto::Train &train, LossOperands in) {
  return ClassLoss(b, loc, train, in).classes();
}

Value gradus::buildLabelMask(OpBuilder &b, Location loc, const proto::Train &train, LossOperands in) {
  return ClassLoss(b, loc, train, in).mask();
}

Value gradus::buildLabelWeights(OpBuilder &b, Location loc, const proto::Train &train, LossOperands in) {
  return ClassLoss(b, loc, train, in).weights();
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static Value huber(nn::GraphAlgebra &a, LossOperands in, double delta) {
  Value d = a.sub(in.prediction, in.target), size = a.abs(d);
  Value square = a.mul(a.lit(0.5), a.mul(d, d)), line = a.mul(a.lit(delta), a.sub(size, a.lit(delta / 2)));
  return a.select(a.lt(size, a.lit(delta)), square, line);
}

/// (1 - t) x + (1 + (p - 1) t) softplus(-x), which is -(p t log s + (1 - t) log(1 - s)), s = sigmoid x, without
/// overflow.
static Value binaryCrossEntropy(nn::GraphAlgebra &a, OpBuilder &b, Location loc, LossOperands in, double weight) {
  Value x = in.prediction, t = in.target;
  Value softplus = nn::SoftplusOp::create(b, loc, a.neg(x));
  if (weight != 1)
    softplus = a.mul(a.add(a.lit(1), a.mul(a.lit(weight - 1), t)), softplus);
  return a.add(a.mul(a.sub(a.lit(1), t), x), softplus);
}

/// The sum over the last dimension of t (log t - x), where 0 log 0 is 0.
static Value klDivergence(nn::GraphAlgebra &a, OpBuilder &b, Location loc, LossOperands in) {
  Value t = in.target, isPositive = a.gt(t, a.lit(0));
  Value logarithm = a.log(a.select(isPositive, t, a.lit(1)));
  Value terms = a.mul(t, a.sub(logarithm, in.prediction));
  return nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, terms, rankOf(terms) - 1);
}

Value gradus::buildLoss(OpBuilder &b, Location loc, const proto::Train &train, LossOperands in) {
  nn::GraphAlgebra a(b, loc, in.prediction);
  switch (train.loss_case()) {
  case proto::Train::kSoftmaxCrossEntropy:
    return ClassLoss(b, loc, train, in).crossEntropy();
  case proto::Train::kNegativeLogLikelihood:
    return ClassLoss(b, loc, train, in).negativeLogLikelihood();
  case proto::Train::kMeanSquaredError: {
    Value d = a.sub(in.prediction, in.target);
    return a.mul(d, d);
  }
  case proto::Train::kMeanAbsoluteError:
    return a.abs(a.sub(in.prediction, in.target));
  case proto::Train::kHuber:
    return huber(a, in, train.huber().has_delta() ? train.huber().delta() : 1);
  case proto::Train::kBinaryCrossEntropy: {
    const proto::BinaryCrossEntropy &loss = train.binary_cross_entropy();
    return binaryCrossEntropy(a, b, loc, in, loss.has_positive_weight() ? loss.positive_weight() : 1);
  }
  case proto::Train::kKlDivergence:
    return klDivergence(a, b, loc, in);
  case proto::Train::LOSS_NOT_SET:
    break;
  }
  llvm_unreachable("no loss");
}

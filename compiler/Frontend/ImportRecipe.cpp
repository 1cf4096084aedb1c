//===- ImportRecipe.cpp - Loss, optimizer and data of a recipe ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace gradus;

/// A setting that may be absent.
template <typename T>
static double orElse(bool given, T value, double otherwise) {
  return given ? static_cast<double>(value) : otherwise;
}

FailureOr<Importer::LossInputs> Importer::lossInputs(Scope &scope) {
  const proto::Train &train = model.train();
  SourceNode node = file.root().nested("train");
  if (train.loss_case() == proto::Train::LOSS_NOT_SET)
    return diagnostics.error(node.position(), ErrorCode::Recipe, "the recipe has no loss",
                             "add softmax_cross_entropy {} or mean_squared_error {}");
  bool crossEntropy = train.has_softmax_cross_entropy();
  SourceNode loss = node.nested(crossEntropy ? "softmax_cross_entropy" : "mean_squared_error");
  StringRef prediction =
      crossEntropy ? train.softmax_cross_entropy().logits() : train.mean_squared_error().prediction();
  StringRef target = crossEntropy ? train.softmax_cross_entropy().label() : train.mean_squared_error().target();
  auto find = [&](StringRef name, StringRef field, Value otherwise) -> FailureOr<Value> {
    if (name.empty())
      return otherwise;
    auto it = scope.values.find(name);
    if (it != scope.values.end())
      return it->second;
    SmallVector<StringRef> names(scope.values.keys());
    StringRef guess = closest(name, names);
    return diagnostics.error(loss.at(field), ErrorCode::UndefinedName,
                             "'" + name + "' is not defined" + (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
                             "name an input, or the output of a layer");
  };
  FailureOr<SmallVector<NamedValue>> outputs = modelOutputs(scope);
  if (failed(outputs))
    return failure();
  // The target is the one input that no layer reads.
  Value unread;
  for (Value argument : cast<func::FuncOp>(b.getInsertionBlock()->getParentOp()).getArguments())
    if (argument.use_empty())
      unread = argument;
  FailureOr<Value> p = find(prediction, crossEntropy ? "logits" : "prediction", outputs->front().second);
  FailureOr<Value> t = find(target, crossEntropy ? "label" : "target", unread);
  if (failed(p) || failed(t))
    return failure();
  if (!*t)
    return diagnostics.error(loss.position(), ErrorCode::Recipe,
                             "the loss has no target: every input is read by a layer",
                             crossEntropy ? "add an input for labels, i32[batch]" : "add an input for targets");
  auto pt = typeOf(*p), tt = typeOf(*t);
  if (!isFloat(*p))
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "the loss needs floating-point predictions, not " + Twine(describe(*p)), "cast them");
  if (crossEntropy) {
    if (isFloat(*t) || pt.getRank() < 2 || pt.getShape().drop_back() != tt.getShape())
      return diagnostics.error(loss.position(), ErrorCode::InputType,
                               "logits " + Twine(describe(*p)) +
                                   " need integer labels of that shape without its last "
                                   "dimension, not " +
                                   describe(*t),
                               "labels are class numbers: i32[batch]");
  } else if (pt != tt) {
    return diagnostics.error(loss.position(), ErrorCode::InputType,
                             "prediction " + Twine(describe(*p)) + " and target " + describe(*t) + " differ",
                             "make them the same type and shape");
  }
  return LossInputs{*p, *t, crossEntropy};
}

Value Importer::perElementLoss(const LossInputs &in, Location loc) {
  if (in.crossEntropy)
    return nn::SoftmaxCrossEntropyOp::create(b, loc, in.prediction, in.target);
  Value d = nn::SubOp::create(b, loc, in.prediction, in.target);
  return nn::MulOp::create(b, loc, d, d);
}

FailureOr<Value> Importer::learningRate(const proto::Schedule &s, SourceNode node, Location loc) {
  auto bad = [&](StringRef field, const Twine &message) {
    return diagnostics.error(node.at(field), ErrorCode::Recipe, message,
                             "for example learning_rate { constant: 1e-3 }");
  };
  double initial = 0, final = 0, factor = 0;
  int64_t steps = 0;
  StringRef name = "constant";
  switch (s.kind_case()) {
  case proto::Schedule::kConstant:
    initial = s.constant();
    break;
  case proto::Schedule::kStep:
    name = "step";
    initial = s.step().initial();
    factor = s.step().factor();
    steps = s.step().every_steps();
    if (steps < 1 || !(factor > 0))
      return bad("step", "a step schedule needs every_steps >= 1 and factor > 0");
    break;
  case proto::Schedule::kCosine:
    name = "cosine";
    initial = s.cosine().peak();
    final = s.cosine().final();
    steps = s.cosine().steps();
    if (steps < 0 || final < 0)
      return bad("cosine", "a cosine schedule needs steps >= 0 and final >= 0");
    break;
  case proto::Schedule::KIND_NOT_SET:
    return bad("kind", "the learning rate is missing");
  }
  if (!(initial > 0) || !std::isfinite(initial))
    return bad(name, "the learning rate must be positive");
  if (s.warmup_steps() < 0)
    return bad("warmup_steps", "warmup_steps must not be negative");
  return Value(train::LearningRateOp::create(b, loc, RankedTensorType::get({}, b.getF64Type()), name, APFloat(initial),
                                             APFloat(final), APFloat(factor), steps, s.warmup_steps()));
}

FailureOr<Value> Importer::buildUpdates(Value loss) {
  const proto::Train &train = model.train();
  SourceNode node = file.root().nested("train");
  SmallVector<Value> wrt;
  for (auto &[name, v] : parameters.getTrainable())
    wrt.push_back(v);
  Location loc = loss.getLoc();
  SmallVector<Value> gradients(train::GradOp::create(b, loc, ValueRange(wrt).getTypes(), loss, wrt).getGradients());
  if (train.clip_norm() < 0 || !std::isfinite(train.clip_norm()))
    return diagnostics.error(node.at("clip_norm"), ErrorCode::Recipe, "clip_norm must not be negative",
                             "0 switches it off");
  if (train.clip_norm() > 0) {
    Location clipLoc = locOf(node.at("clip_norm"), "clip");
    auto clip =
        train::ClipNormOp::create(b, clipLoc, ValueRange(wrt).getTypes(), gradients, APFloat(train.clip_norm()));
    gradients.assign(clip.result_begin(), clip.result_end());
  }
  auto f = [](double v) { return APFloat(v); };
  auto check = [&](SourceNode at, StringRef field, double v, bool good, StringRef range) -> LogicalResult {
    if (good && std::isfinite(v))
      return success();
    return diagnostics.error(at.at(field), ErrorCode::Recipe,
                             field + " is " + std::to_string(v) + ", which is out of range", range);
  };
  auto forEach = [&](Value rate, function_ref<void(Location, StringRef, Value)> update) {
    for (auto [parameter, gradient] : llvm::zip_equal(parameters.getTrainable(), gradients))
      update(locOf(node.position(), "update(" + parameter.first + ")"), parameter.first, gradient);
    return rate;
  };
  auto rateOf = [&](const proto::Schedule &s, SourceNode optimizer) {
    return learningRate(s, optimizer.nested("learning_rate"), locOf(optimizer.position(), "learning_rate"));
  };
  switch (train.optimizer_case()) {
  case proto::Train::kSgd: {
    const proto::Sgd &o = train.sgd();
    SourceNode at = node.nested("sgd");
    FailureOr<Value> rate = rateOf(o.learning_rate(), at);
    if (failed(rate) ||
        failed(check(at, "momentum", o.momentum(), o.momentum() >= 0 && o.momentum() < 1, "0 <= momentum < 1")) ||
        failed(check(at, "weight_decay", o.weight_decay(), o.weight_decay() >= 0, "weight_decay >= 0")))
      return failure();
    if (o.nesterov() && o.momentum() == 0)
      return diagnostics.error(at.at("nesterov"), ErrorCode::Recipe, "nesterov needs momentum", "add momentum: 0.9");
    return forEach(*rate, [&](Location l, StringRef name, Value g) {
      train::UpdateSgdOp::create(b, l, name, g, *rate, f(o.momentum()), o.nesterov(), f(o.weight_decay()));
    });
  }
  case proto::Train::kAdam:
  case proto::Train::kAdamw: {
    bool decoupled = train.has_adamw();
    const proto::Adam &o = decoupled ? train.adamw() : train.adam();
    SourceNode at = node.nested(decoupled ? "adamw" : "adam");
    FailureOr<Value> rate = rateOf(o.learning_rate(), at);
    double b1 = orElse(o.has_beta1(), o.beta1(), 0.9), b2 = orElse(o.has_beta2(), o.beta2(), 0.999);
    double eps = orElse(o.has_epsilon(), o.epsilon(), 1e-8);
    double decay = orElse(o.has_weight_decay(), o.weight_decay(), decoupled ? 0.01 : 0);
    if (failed(rate) || failed(check(at, "beta1", b1, b1 >= 0 && b1 < 1, "0 <= beta1 < 1")) ||
        failed(check(at, "beta2", b2, b2 >= 0 && b2 < 1, "0 <= beta2 < 1")) ||
        failed(check(at, "epsilon", eps, eps > 0, "epsilon > 0")) ||
        failed(check(at, "weight_decay", decay, decay >= 0, "weight_decay >= 0")))
      return failure();
    return forEach(*rate, [&](Location l, StringRef name, Value g) {
      train::UpdateAdamOp::create(b, l, name, g, *rate, f(b1), f(b2), f(eps), f(decay), decoupled);
    });
  }
  case proto::Train::kRmsprop: {
    const proto::RmsProp &o = train.rmsprop();
    SourceNode at = node.nested("rmsprop");
    FailureOr<Value> rate = rateOf(o.learning_rate(), at);
    double alpha = orElse(o.has_alpha(), o.alpha(), 0.99), eps = orElse(o.has_epsilon(), o.epsilon(), 1e-8);
    if (failed(rate) || failed(check(at, "alpha", alpha, alpha >= 0 && alpha < 1, "0 <= alpha < 1")) ||
        failed(check(at, "epsilon", eps, eps > 0, "epsilon > 0")) ||
        failed(check(at, "momentum", o.momentum(), o.momentum() >= 0 && o.momentum() < 1, "0 <= momentum < 1")) ||
        failed(check(at, "weight_decay", o.weight_decay(), o.weight_decay() >= 0, "weight_decay >= 0")))
      return failure();
    return forEach(*rate, [&](Location l, StringRef name, Value g) {
      train::UpdateRmspropOp::create(b, l, name, g, *rate, f(alpha), f(eps), f(o.momentum()), f(o.weight_decay()));
    });
  }
  case proto::Train::OPTIMIZER_NOT_SET:
    return diagnostics.error(node.position(), ErrorCode::Recipe, "the recipe has no optimizer",
                             "add adam { learning_rate { constant: 1e-3 } }");
  }
  llvm_unreachable("unknown optimizer");
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

LogicalResult Importer::checkInputName(StringRef name, const SourcePosition &position) {
  SmallVector<StringRef> names;
  for (const proto::Value &input : model.input())
    names.push_back(input.name());
  if (llvm::is_contained(names, name))
    return success();
  StringRef guess = closest(name, names);
  return diagnostics.error(position, ErrorCode::Dataset,
                           "the model has no input '" + name + "'" +
                               (guess.empty() ? "" : "; did you mean '" + guess + "'?"),
                           "its inputs are: " + llvm::join(names, ", "));
}

FailureOr<DictionaryAttr> Importer::datasetAttr(const proto::Dataset &dataset, SourceNode node) {
  SmallVector<Attribute> parts;
  llvm::StringSet<> covered;
  auto part = [&](StringRef input, StringRef path, double scale, const SourcePosition &position, int64_t first = 0,
                  int64_t last = 0, int64_t shift = 0) -> LogicalResult {
    if (path.empty())
      return diagnostics.error(position, ErrorCode::Dataset, "a file name is missing", "paths are relative to --data");
    if (path.starts_with("/") || llvm::is_contained(llvm::split(path, '/'), ".."))
      return diagnostics.error(position, ErrorCode::Dataset, "'" + path + "' leaves the data folder",
                               "paths are relative to --data");
    if (failed(checkInputName(input, position)))
      return failure();
    if (!covered.insert(input).second)
      return diagnostics.error(position, ErrorCode::Dataset, "input '" + input + "' is fed twice", "remove one");
    parts.push_back(b.getDictionaryAttr(
        {b.getNamedAttr("input", b.getStringAttr(input)), b.getNamedAttr("path", b.getStringAttr(path)),
         b.getNamedAttr("scale", b.getF64FloatAttr(scale == 0 ? 1 : scale)),
         b.getNamedAttr("first", b.getI64IntegerAttr(first)), b.getNamedAttr("last", b.getI64IntegerAttr(last)),
         b.getNamedAttr("shift", b.getI64IntegerAttr(shift))}));
    return success();
  };
  /// The first input of a kind that is not fed yet: floats first, then integers.
  auto defaultInput = [&](bool wantFloat) -> StringRef {
    for (const proto::Value &input : model.input())
      if (!covered.contains(input.name()) && (input.type()[0] == 'f') == wantFloat)
        return input.name();
    return "";
  };
  StringRef kindName = "none";
  bool header = false;
  StringRef delimiter = ",";
  switch (dataset.source_case()) {
  case proto::Dataset::kIdx: {
    kindName = "idx";
    const proto::Idx &s = dataset.idx();
    SourceNode at = node.nested("idx");
    if (failed(part(s.image_input().empty() ? defaultInput(true) : StringRef(s.image_input()), s.images(), s.scale(),
                    at.at("images"))))
      return failure();
    if (!s.labels().empty() && failed(part(s.label_input().empty() ? defaultInput(false) : StringRef(s.label_input()),
                                           s.labels(), 1, at.at("labels"))))
      return failure();
    break;
  }
  case proto::Dataset::kNpy:
    kindName = "npy";
    for (int i = 0; i < dataset.npy().file_size(); ++i) {
      const proto::NpyFile &s = dataset.npy().file(i);
      if (failed(part(s.input(), s.path(), s.scale(), node.nested("npy").nested("file", i).at("path"))))
        return failure();
    }
    break;
  case proto::Dataset::kCsv: {
    kindName = "csv";
    const proto::Csv &s = dataset.csv();
    header = s.header();
    if (!s.delimiter().empty())
      delimiter = s.delimiter();
    if (delimiter.size() != 1)
      return diagnostics.error(node.nested("csv").at("delimiter"), ErrorCode::Dataset, "the delimiter is one character",
                               "for example \";\"");
    for (int i = 0; i < s.columns_size(); ++i) {
      const proto::CsvColumns &c = s.columns(i);
      SourceNode at = node.nested("csv").nested("columns", i);
      if (c.first() < 0 || c.last() < c.first())
        return diagnostics.error(at.at("last"), ErrorCode::Dataset,
                                 "columns " + Twine(c.first()) + " to " + Twine(c.last()) +
                                     " are invalid: the first is " + (c.first() < 0 ? "negative" : "above the last"),
                                 "columns count from 0; last is included");
      if (failed(part(c.input(), s.path(), c.scale(), at.position(), c.first(), c.last())))
        return failure();
    }
    break;
  }
  case proto::Dataset::kText: {
    kindName = "text";
    const proto::Text &s = dataset.text();
    SourceNode at = node.nested("text");
    /// Values of one sample of an input; 0 if there is no such input.
    auto elements = [&](StringRef name) -> int64_t {
      for (int i = 0; i < model.input_size(); ++i)
        if (model.input(i).name() == name)
          return -llvm::product_of(inputs[i].shape); // batch is -1
      return 0;
    };
    int64_t window = elements(s.input()), target = elements(s.target());
    if (window && target && target != 1 && target != window)
      return diagnostics.error(at.at("target"), ErrorCode::Dataset,
                               "a text's target is the window of " + Twine(window) + " or one value, not " +
                                   Twine(target),
                               "make it the shape of the input, or [batch]");
    if (failed(part(s.input(), s.path(), 1, at.at("input"))) ||
        failed(part(s.target(), s.path(), 1, at.at("target"), 0, 0, 1)))
      return failure();
    break;
  }
  case proto::Dataset::SOURCE_NOT_SET:
    break;
  }
  if (kindName != "none")
    for (const proto::Value &input : model.input())
      if (!covered.contains(input.name()))
        return diagnostics.error(node.position(), ErrorCode::Dataset,
                                 "the dataset does not feed input '" + Twine(input.name()) + "'",
                                 "name it in the dataset");
  if (dataset.batch() < 0)
    return diagnostics.error(node.at("batch"), ErrorCode::Dataset, "batch must be positive", "for example batch: 64");
  return b.getDictionaryAttr(
      {b.getNamedAttr("kind", b.getStringAttr(kindName)), b.getNamedAttr("parts", b.getArrayAttr(parts)),
       b.getNamedAttr("shuffle", b.getBoolAttr(dataset.shuffle())), b.getNamedAttr("header", b.getBoolAttr(header)),
       b.getNamedAttr("delimiter", b.getI64IntegerAttr(delimiter[0]))});
}

LogicalResult Importer::buildRecipeAttr() {
  const proto::Train &train = model.train();
  SourceNode node = file.root().nested("train");
  if (train.epochs() < 0)
    return diagnostics.error(node.at("epochs"), ErrorCode::Recipe, "epochs must not be negative",
                             "for example epochs: 10");
  if (train.checkpoint().every_steps() < 0 || train.checkpoint().keep() < 0)
    return diagnostics.error(node.at("checkpoint"), ErrorCode::Recipe, "every_steps and keep must not be negative",
                             "leave them out");
  FailureOr<DictionaryAttr> data = datasetAttr(train.data(), node.nested("data"));
  FailureOr<DictionaryAttr> validation = failure();
  if (succeeded(data))
    validation = datasetAttr(train.validation(), node.nested("validation"));
  if (failed(data) || failed(validation))
    return failure();
  module->setAttr("train.recipe",
                  b.getDictionaryAttr(
                      {b.getNamedAttr("epochs", b.getI64IntegerAttr(train.epochs() ? train.epochs() : 1)),
                       b.getNamedAttr("seed", b.getI64IntegerAttr(train.seed())),
                       b.getNamedAttr("checkpoint_dir", b.getStringAttr(train.checkpoint().dir())),
                       b.getNamedAttr("checkpoint_every", b.getI64IntegerAttr(train.checkpoint().every_steps())),
                       b.getNamedAttr("checkpoint_keep",
                                      b.getI64IntegerAttr(train.checkpoint().keep() ? train.checkpoint().keep() : 3)),
                       b.getNamedAttr("data", *data), b.getNamedAttr("validation", *validation)}));
  return success();
}

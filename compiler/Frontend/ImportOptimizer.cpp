//===- ImportOptimizer.cpp - Gradients, clipping and updates --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ImportRecipe.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

namespace {

/// Builds one step of a recipe's optimizer.
class OptimizerImporter {
public:
  OptimizerImporter(ImportContext &in, ArrayRef<NamedValue> parameters)
      : in(in), train(in.model.train()), diagnostics(in.diagnostics), node(in.file.root().nested("train")), b(in.b),
        parameters(parameters) {}

  /// Returns the learning rate.
  FailureOr<Value> run(Value loss) {
    if (failed(buildGradients(loss)))
      return failure();
    switch (train.optimizer_case()) {
    case proto::Train::kSgd:
      return importSgd(train.sgd(), node.nested("sgd"));
    case proto::Train::kAdam:
      return importAdam(train.adam(), /*decoupled=*/false, node.nested("adam"));
    case proto::Train::kAdamw:
      return importAdam(train.adamw(), /*decoupled=*/true, node.nested("adamw"));
    case proto::Train::kRmsprop:
      return importRmsProp(train.rmsprop(), node.nested("rmsprop"));
    case proto::Train::kAdagrad:
      return importAdagrad(train.adagrad(), node.nested("adagrad"));
    case proto::Train::kAdadelta:
      return importAdadelta(train.adadelta(), node.nested("adadelta"));
    case proto::Train::kLamb:
      return importLamb(train.lamb(), node.nested("lamb"));
    case proto::Train::kLion:
      return importLion(train.lion(), node.nested("lion"));
    case proto::Train::OPTIMIZER_NOT_SET:
      return diagnostics.error(node.position(), ErrorCode::Recipe, "the recipe has no optimizer",
                               "add adam { learning_rate { constant: 1e-3 } }");
    }
    llvm_unreachable("unknown optimizer");
  }

private:
  ImportContext &in;
  const proto::Train &train;
  Diagnostics &diagnostics;
  SourceNode node;
  OpBuilder &b;
  ArrayRef<NamedValue> parameters;
  SmallVector<Value> gradients; // of the parameters, clipped

  /// The gradients of `loss`, clipped where the recipe says so.
  LogicalResult buildGradients(Value loss) {
    auto values = llvm::to_vector(llvm::make_second_range(parameters));
    TypeRange types = ValueRange(values).getTypes();
    auto grad = train::GradOp::create(b, loss.getLoc(), types, loss, values);
    gradients.assign(grad.result_begin(), grad.result_end());
    if (train.clip_norm() < 0 || !std::isfinite(train.clip_norm()))
      return diagnostics.error(node.at("clip_norm"), ErrorCode::Recipe, "clip_norm must not be negative",
                               "0 switches it off");
    if (train.clip_norm() > 0) {
      Location loc = in.locOf(node.at("clip_norm"), "clip");
      auto clip = train::ClipNormOp::create(b, loc, types, gradients, APFloat(train.clip_norm()));
      gradients.assign(clip.result_begin(), clip.result_end());
    }
    return success();
  }

  /// Fails, after an error, unless `valid` holds for the setting `field` and it is finite.
  LogicalResult checkSetting(SourceNode at, StringRef field, double value, bool valid, StringRef range) {
    if (valid && std::isfinite(value))
      return success();
    return diagnostics.error(at.at(field), ErrorCode::Recipe,
                             field + " is " + std::to_string(value) + ", which is out of range", range);
  }
  LogicalResult checkPortion(SourceNode at, StringRef field, double value) {
    return checkSetting(at, field, value, value >= 0 && value < 1, ("0 <= " + field + " < 1").str());
  }
  LogicalResult checkDecay(SourceNode at, double value) {
    return checkSetting(at, "weight_decay", value, value >= 0, "weight_decay >= 0");
  }
  LogicalResult checkEpsilon(SourceNode at, double value) {
    return checkSetting(at, "epsilon", value, value >= 0, "epsilon >= 0");
  }

  /// The learning rate of the optimizer that `at` names.
  FailureOr<Value> buildRate(const proto::Schedule &schedule, SourceNode at) {
    FailureOr<train::ScheduleAttrInterface> attr = importSchedule(in, schedule, at.nested("learning_rate"));
    if (failed(attr))
      return failure();
    Location loc = in.locOf(at.position(), "learning_rate");
    return Value(train::LearningRateOp::create(b, loc, *attr, schedule.warmup_steps()));
  }

  /// Builds the update of each parameter.
  void forEachParameter(function_ref<void(Location, StringRef, Value)> build) {
    for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradients)) {
      Location loc = in.locOf(node.position(), "update(" + parameter.first + ")");
      build(loc, parameter.first, gradient);
    }
  }

  FailureOr<Value> importSgd(const proto::Sgd &o, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    if (failed(rate) || failed(checkPortion(at, "momentum", o.momentum())) || failed(checkDecay(at, o.weight_decay())))
      return failure();
    if (o.nesterov() && o.momentum() == 0)
      return diagnostics.error(at.at("nesterov"), ErrorCode::Recipe, "nesterov needs momentum", "add momentum: 0.9");
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateSgdOp::create(b, loc, name, gradient, *rate, APFloat(o.momentum()), o.nesterov(),
                                 APFloat(o.weight_decay()));
    });
    return rate;
  }

  FailureOr<Value> importAdam(const proto::Adam &o, bool decoupled, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    double beta1 = o.has_beta1() ? o.beta1() : 0.9, beta2 = o.has_beta2() ? o.beta2() : 0.999;
    double epsilon = o.has_epsilon() ? o.epsilon() : 1e-8;
    double decay = o.has_weight_decay() ? o.weight_decay() : decoupled ? 0.01 : 0;
    if (failed(rate) || failed(checkPortion(at, "beta1", beta1)) || failed(checkPortion(at, "beta2", beta2)) ||
        failed(checkEpsilon(at, epsilon)) || failed(checkDecay(at, decay)))
      return failure();
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateAdamOp::create(b, loc, name, gradient, *rate, APFloat(beta1), APFloat(beta2), APFloat(epsilon),
                                  APFloat(decay), decoupled, o.amsgrad());
    });
    return rate;
  }

  FailureOr<Value> importAdagrad(const proto::Adagrad &o, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    double epsilon = o.has_epsilon() ? o.epsilon() : 1e-10;
    if (failed(rate) || failed(checkEpsilon(at, epsilon)) || failed(checkDecay(at, o.weight_decay())) ||
        failed(checkSetting(at, "rate_decay", o.rate_decay(), o.rate_decay() >= 0, "rate_decay >= 0")))
      return failure();
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateAdagradOp::create(b, loc, name, gradient, *rate, APFloat(o.rate_decay()), APFloat(epsilon),
                                     APFloat(o.weight_decay()));
    });
    return rate;
  }

  FailureOr<Value> importAdadelta(const proto::Adadelta &o, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    double rho = o.has_rho() ? o.rho() : 0.9, epsilon = o.has_epsilon() ? o.epsilon() : 1e-6;
    if (failed(rate) || failed(checkPortion(at, "rho", rho)) || failed(checkEpsilon(at, epsilon)) ||
        failed(checkDecay(at, o.weight_decay())))
      return failure();
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateAdadeltaOp::create(b, loc, name, gradient, *rate, APFloat(rho), APFloat(epsilon),
                                      APFloat(o.weight_decay()));
    });
    return rate;
  }

  FailureOr<Value> importLamb(const proto::Lamb &o, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    double beta1 = o.has_beta1() ? o.beta1() : 0.9, beta2 = o.has_beta2() ? o.beta2() : 0.999;
    double epsilon = o.has_epsilon() ? o.epsilon() : 1e-6;
    if (failed(rate) || failed(checkPortion(at, "beta1", beta1)) || failed(checkPortion(at, "beta2", beta2)) ||
        failed(checkEpsilon(at, epsilon)) || failed(checkDecay(at, o.weight_decay())))
      return failure();
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateLambOp::create(b, loc, name, gradient, *rate, APFloat(beta1), APFloat(beta2), APFloat(epsilon),
                                  APFloat(o.weight_decay()));
    });
    return rate;
  }

  FailureOr<Value> importLion(const proto::Lion &o, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    double beta1 = o.has_beta1() ? o.beta1() : 0.9, beta2 = o.has_beta2() ? o.beta2() : 0.99;
    if (failed(rate) || failed(checkPortion(at, "beta1", beta1)) || failed(checkPortion(at, "beta2", beta2)) ||
        failed(checkDecay(at, o.weight_decay())))
      return failure();
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateLionOp::create(b, loc, name, gradient, *rate, APFloat(beta1), APFloat(beta2),
                                  APFloat(o.weight_decay()));
    });
    return rate;
  }

  FailureOr<Value> importRmsProp(const proto::RmsProp &o, SourceNode at) {
    FailureOr<Value> rate = buildRate(o.learning_rate(), at);
    double alpha = o.has_alpha() ? o.alpha() : 0.99, epsilon = o.has_epsilon() ? o.epsilon() : 1e-8;
    if (failed(rate) || failed(checkPortion(at, "alpha", alpha)) || failed(checkEpsilon(at, epsilon)) ||
        failed(checkPortion(at, "momentum", o.momentum())) || failed(checkDecay(at, o.weight_decay())))
      return failure();
    forEachParameter([&](Location loc, StringRef name, Value gradient) {
      train::UpdateRmspropOp::create(b, loc, name, gradient, *rate, APFloat(alpha), APFloat(epsilon),
                                     APFloat(o.momentum()), APFloat(o.weight_decay()));
    });
    return rate;
  }
};

} // namespace

FailureOr<Value> gradus::importOptimizer(ImportContext &in, Value loss, ArrayRef<NamedValue> parameters) {
  return OptimizerImporter(in, parameters).run(loss);
}

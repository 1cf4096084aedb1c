//===- ImportSchedule.cpp - Learning rates --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ImportRecipe.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

namespace {

/// Imports one schedule.
class ScheduleImporter {
public:
  ScheduleImporter(ImportContext &in, SourceNode node)
      : context(in.b.getContext()), diagnostics(in.diagnostics), node(node) {}

  FailureOr<Attribute> import(const proto::Schedule &schedule) const {
    switch (schedule.kind_case()) {
    case proto::Schedule::kConstant:
      return import(schedule.constant());
    case proto::Schedule::kStep:
      return import(schedule.step());
    case proto::Schedule::kCosine:
      return import(schedule.cosine());
    case proto::Schedule::kPolynomial:
      return import(schedule.polynomial());
    case proto::Schedule::kExponential:
      return import(schedule.exponential());
    case proto::Schedule::kOneCycle:
      return import(schedule.one_cycle());
    case proto::Schedule::kCosineRestarts:
      return import(schedule.cosine_restarts());
    case proto::Schedule::kPiecewise:
      return import(schedule.piecewise());
    case proto::Schedule::KIND_NOT_SET:
      return error("kind", "the learning rate is missing");
    }
    llvm_unreachable("unknown schedule");
  }

  /// Reports an error in `field` of the schedule.
  LogicalResult error(StringRef field, const Twine &message) const {
    return diagnostics.error(node.at(field), ErrorCode::Recipe, message,
                             "for example learning_rate { constant: 1e-3 }");
  }

private:
  MLIRContext *context;
  Diagnostics &diagnostics;
  SourceNode node;

  static bool isRate(double rate) { return rate >= 0 && std::isfinite(rate); }
  static bool isFactor(double factor) { return factor > 0 && std::isfinite(factor); }

  LogicalResult checkRate(StringRef field, double rate) const {
    return isRate(rate) ? success() : error(field, "the learning rate must be a finite number, 0 or more");
  }

  FailureOr<Attribute> import(double rate) const {
    if (failed(checkRate("constant", rate)))
      return failure();
    return Attribute(train::ConstantScheduleAttr::get(context, APFloat(rate)));
  }

  FailureOr<Attribute> import(const proto::Step &step) const {
    if (step.every_steps() < 1 || !isFactor(step.factor()))
      return error("step", "a step schedule needs every_steps >= 1 and a finite factor > 0");
    if (failed(checkRate("step", step.initial())))
      return failure();
    return Attribute(
        train::StepScheduleAttr::get(context, APFloat(step.initial()), APFloat(step.factor()), step.every_steps()));
  }

  FailureOr<Attribute> import(const proto::Cosine &cosine) const {
    if (cosine.steps() < 0 || !isRate(cosine.final()))
      return error("cosine", "a cosine schedule needs steps >= 0 and a finite final >= 0");
    if (failed(checkRate("cosine", cosine.peak())))
      return failure();
    return Attribute(
        train::CosineScheduleAttr::get(context, APFloat(cosine.peak()), APFloat(cosine.final()), cosine.steps()));
  }

  FailureOr<Attribute> import(const proto::Polynomial &schedule) const {
    double power = schedule.has_power() ? schedule.power() : 1;
    if (schedule.steps() < 0 || !isRate(schedule.final()) || !isFactor(power))
      return error("polynomial", "a polynomial schedule needs steps >= 0, a finite final >= 0 and a finite power > 0");
    if (failed(checkRate("polynomial", schedule.initial())))
      return failure();
    return Attribute(train::PolynomialScheduleAttr::get(context, APFloat(schedule.initial()), APFloat(schedule.final()),
                                                        APFloat(power), schedule.steps()));
  }

  FailureOr<Attribute> import(const proto::Exponential &schedule) const {
    if (schedule.every_steps() < 0 || !isFactor(schedule.factor()))
      return error("exponential", "an exponential schedule needs every_steps >= 0 and a finite factor > 0");
    if (failed(checkRate("exponential", schedule.initial())))
      return failure();
    return Attribute(train::ExponentialScheduleAttr::get(context, APFloat(schedule.initial()),
                                                         APFloat(schedule.factor()),
                                                         std::max<int64_t>(schedule.every_steps(), 1)));
  }

  FailureOr<Attribute> import(const proto::OneCycle &schedule) const {
    double divisor = schedule.has_divisor() ? schedule.divisor() : 25;
    double finalDivisor = schedule.has_final_divisor() ? schedule.final_divisor() : 1e4;
    double rise = schedule.has_rise() ? schedule.rise() : 0.3;
    if (schedule.steps() < 0 || !isFactor(divisor) || !isFactor(finalDivisor) || !(rise >= 0 && rise <= 1))
      return error("one_cycle", "a one-cycle schedule needs steps >= 0, finite divisors > 0 and a rise from 0 to 1");
    if (failed(checkRate("one_cycle", schedule.peak())))
      return failure();
    return Attribute(train::OneCycleScheduleAttr::get(context, APFloat(schedule.peak()), APFloat(divisor),
                                                      APFloat(finalDivisor), APFloat(rise), schedule.steps()));
  }

  FailureOr<Attribute> import(const proto::CosineRestarts &schedule) const {
    double factor = schedule.has_factor() ? schedule.factor() : 1;
    if (schedule.first_steps() < 1 || !isRate(schedule.final()) || !(factor >= 1 && std::isfinite(factor)))
      return error("cosine_restarts", "restarts need first_steps >= 1, a finite final >= 0 and a finite factor >= 1");
    if (failed(checkRate("cosine_restarts", schedule.peak())))
      return failure();
    return Attribute(train::CosineRestartsScheduleAttr::get(
        context, APFloat(schedule.peak()), APFloat(schedule.final()), schedule.first_steps(), APFloat(factor)));
  }

  FailureOr<Attribute> import(const proto::Piecewise &schedule) const {
    auto increases = [](const auto &steps) {
      return steps.Get(0) >= 1 && llvm::adjacent_find(steps, std::greater_equal<>()) == steps.end();
    };
    if (schedule.step_size() == 0 || schedule.rate_size() != schedule.step_size() || !increases(schedule.step()) ||
        !llvm::all_of(schedule.rate(), isRate))
      return error("piecewise",
                   "a piecewise schedule needs steps that increase from 1 on, and a finite rate >= 0 for each");
    if (failed(checkRate("piecewise", schedule.initial())))
      return failure();
    SmallVector<int64_t> steps(schedule.step().begin(), schedule.step().end());
    SmallVector<double> rates(schedule.rate().begin(), schedule.rate().end());
    return Attribute(train::PiecewiseScheduleAttr::get(context, APFloat(schedule.initial()),
                                                       DenseI64ArrayAttr::get(context, steps),
                                                       DenseF64ArrayAttr::get(context, rates)));
  }
};

} // namespace

FailureOr<train::ScheduleAttrInterface> gradus::importSchedule(ImportContext &in, const proto::Schedule &schedule,
                                                               SourceNode node) {
  ScheduleImporter importer(in, node);
  FailureOr<Attribute> attr = importer.import(schedule);
  if (failed(attr))
    return failure();
  if (schedule.warmup_steps() < 0)
    return importer.error("warmup_steps", "warmup_steps must not be negative");
  return cast<train::ScheduleAttrInterface>(*attr);
}

//===- Schedules.cpp - The formulas of learning rate schedules ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two functions per schedule, sorted by name: the rate at which it starts, and
// the rate of a step. An attribute of TrainAttrs.td with both has the interface.
//
//===----------------------------------------------------------------------===//
#include "compiler/Transforms/Expr.h"
#include "compiler/Transforms/TrainFormulas.h"
#include "dialects/train/IR/TrainDialect.h"
#include <cmath>
#include <numbers>

using namespace mlir;
using namespace gradus;

namespace {

/// What the formula of a schedule works with.
struct Time {
  ImplicitLocOpBuilder &b;
  /// The number of the step, counted from 0, as an f64 scalar.
  Expr step;
  /// Steps of warm-up before the schedule begins.
  double warmup;
};

double start(train::ConstantScheduleAttr schedule) { return schedule.getRate().convertToDouble(); }
Expr rateOf(train::ConstantScheduleAttr schedule, Time t) { return constantF64(t.b, start(schedule)); }

/// The steps from the end of the warm-up to `steps`, or to the end of the run for 0; at least 1.
Expr spanOf(Time t, int64_t steps) {
  Expr total = steps ? constantF64(t.b, static_cast<double>(steps))
                     : toF64(t.b, train::CounterOp::create(t.b, train::Counter::TotalSteps));
  return max(total - total.constant(t.warmup), total.constant(1));
}

/// The share of `span` that is over, at most 1.
Expr progress(Time t, Expr span) { return min((t.step - span.constant(t.warmup)) / span, span.constant(1)); }

/// From `first` to `last` along half a cosine wave, for x from 0 to 1.
Expr wave(double first, double last, Expr x) {
  Expr c = cos(std::numbers::pi * x);
  return c.constant(last) + (0.5 * (first - last)) * (c.constant(1) + c);
}

double start(train::CosineScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::CosineScheduleAttr schedule, Time t) {
  Expr span = spanOf(t, schedule.getSteps());
  return wave(start(schedule), schedule.getFinal().convertToDouble(), progress(t, span));
}

double start(train::CosineRestartsScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::CosineRestartsScheduleAttr schedule, Time t) {
  double factor = schedule.getFactor().convertToDouble();
  // In first times. A division: 49 times the rounded 1/49 is less than 1.
  Expr time = (t.step - t.step.constant(t.warmup)) / t.step.constant(static_cast<double>(schedule.getFirst()));
  Expr x = time - floor(time);
  if (factor > 1) {
    // The n-th time begins at 1 + f + … + f^(n-1) = (f^n - 1) / (f - 1). A billionth makes good for rounding at its
    // beginning.
    Expr n = floor((1 / std::log(factor)) * log((factor - 1) * time + time.constant(1)) + time.constant(1e-9));
    Expr length = pow(factor, n);
    x = (time - (1 / (factor - 1)) * (length - length.constant(1))) / length;
  }
  return wave(start(schedule), schedule.getFinal().convertToDouble(), x);
}

double start(train::ExponentialScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::ExponentialScheduleAttr schedule, Time t) {
  Expr exponent = t.step / t.step.constant(static_cast<double>(schedule.getEvery()));
  return start(schedule) * pow(schedule.getFactor().convertToDouble(), exponent);
}

double start(train::OneCycleScheduleAttr schedule) {
  return schedule.getPeak().convertToDouble() / schedule.getDivisor().convertToDouble();
}
Expr rateOf(train::OneCycleScheduleAttr schedule, Time t) {
  double peak = schedule.getPeak().convertToDouble(), first = start(schedule);
  double last = first / schedule.getFinalDivisor().convertToDouble();
  Expr span = spanOf(t, schedule.getSteps()), zero = span.constant(0), one = span.constant(1);
  Expr up = max(schedule.getRise().convertToDouble() * span - one, zero), down = max(span - up - one, one);
  Expr time = t.step - span.constant(t.warmup);
  Expr rise = wave(first, peak, time / max(up, one)), fall = wave(peak, last, min((time - up) / down, one));
  return ifAtLeast(time, up, fall, rise);
}

double start(train::PiecewiseScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::PiecewiseScheduleAttr schedule, Time t) {
  Expr rate = t.step.constant(start(schedule));
  for (auto [at, value] : llvm::zip_equal(schedule.getSteps().asArrayRef(), schedule.getRates().asArrayRef()))
    rate = ifAtLeast(t.step, t.step.constant(static_cast<double>(at)), t.step.constant(value), rate);
  return rate;
}

double start(train::PolynomialScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::PolynomialScheduleAttr schedule, Time t) {
  double final = schedule.getFinal().convertToDouble(), power = schedule.getPower().convertToDouble();
  Expr left = 1.0 - progress(t, spanOf(t, schedule.getSteps()));
  return left.constant(final) + (start(schedule) - final) * (power == 1 ? left : pow(left, power));
}

double start(train::StepScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::StepScheduleAttr schedule, Time t) {
  Value step = train::CounterOp::create(t.b, train::Counter::Step);
  Value every = nn::splat(t.b, t.b.getLoc(), step.getType(), schedule.getEvery());
  Expr changes = toF64(t.b, nn::DivOp::create(t.b, step, every)); // rounded down: integers
  return start(schedule) * pow(schedule.getFactor().convertToDouble(), changes);
}

template <typename Attr>
struct Model : train::ScheduleAttrInterface::ExternalModel<Model<Attr>, Attr> {
  double getStart(Attribute schedule) const { return start(cast<Attr>(schedule)); }
  Value buildRate(Attribute schedule, ImplicitLocOpBuilder &b, Value step, int64_t warmup) const {
    return rateOf(cast<Attr>(schedule), Time{b, {&b, step}, static_cast<double>(warmup)}).v;
  }
};

/// Attaches the model to each attribute that has the formulas.
template <typename... Attrs>
void attachModels(MLIRContext *context) {
  auto attach = [&](auto *tag) {
    using Attr = std::remove_pointer_t<decltype(tag)>;
    if constexpr (requires(Attr schedule, Time t) {
                    start(schedule);
                    rateOf(schedule, t);
                  })
      Attr::template attachInterface<Model<Attr>>(*context);
  };
  (attach(static_cast<Attrs *>(nullptr)), ...);
}

} // namespace

void gradus::registerTrainScheduleAttrInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, train::TrainDialect *) {
    attachModels<
#define GET_ATTRDEF_LIST
#include "dialects/train/IR/TrainAttrs.cpp.inc"
        >(context);
  });
}

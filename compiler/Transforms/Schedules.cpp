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

double start(train::CosineScheduleAttr schedule) { return schedule.getInitial().convertToDouble(); }
Expr rateOf(train::CosineScheduleAttr schedule, Time t) {
  double initial = start(schedule), final = schedule.getFinal().convertToDouble();
  Expr total = schedule.getSteps() ? constantF64(t.b, schedule.getSteps())
                                   : toF64(t.b, train::CounterOp::create(t.b, train::Counter::TotalSteps));
  Expr span = max(total - total.constant(t.warmup), total.constant(1));
  Expr x = min((t.step - span.constant(t.warmup)) / span, span.constant(1));
  Expr wave = cos(std::numbers::pi * x);
  return wave.constant(final) + (0.5 * (initial - final)) * (wave.constant(1) + wave);
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

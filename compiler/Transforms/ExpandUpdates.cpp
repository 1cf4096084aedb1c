//===- ExpandUpdates.cpp - Optimizer steps as nn ops ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Support/Locations.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {
#define GEN_PASS_DEF_EXPANDUPDATESPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// Formulas, written with operators. Scalars stretch to the other operand's shape.
struct Expr {
  ImplicitLocOpBuilder *b;
  Value v;

  RankedTensorType type() const { return cast<RankedTensorType>(v.getType()); }
  /// A constant of this expression's type.
  Expr lit(double value) const { return {b, splat(*b, b->getLoc(), v.getType(), value)}; }
  /// This scalar, converted and repeated to `type`.
  Expr spreadTo(RankedTensorType target) const {
    Value x = v;
    if (type().getElementType() != target.getElementType())
      x = CastOp::create(*b, type().clone(target.getElementType()), x);
    if (type().getShape() != target.getShape())
      x = BroadcastOp::create(*b, target, x, ArrayRef<int64_t>{});
    return {b, x};
  }
};
Expr operator+(Expr l, Expr r) { return {l.b, AddOp::create(*l.b, l.v, r.v)}; }
Expr operator-(Expr l, Expr r) { return {l.b, SubOp::create(*l.b, l.v, r.v)}; }
Expr operator*(Expr l, Expr r) { return {l.b, MulOp::create(*l.b, l.v, r.v)}; }
Expr operator/(Expr l, Expr r) { return {l.b, DivOp::create(*l.b, l.v, r.v)}; }
Expr operator*(double l, Expr r) { return r.lit(l) * r; }
Expr operator-(double l, Expr r) { return r.lit(l) - r; }
Expr sqrt(Expr x) { return {x.b, SqrtOp::create(*x.b, x.v)}; }
Expr pow(double base, Expr x) { return {x.b, PowOp::create(*x.b, x.lit(base).v, x.v)}; }
Expr select(Value condition, Expr l, Expr r) {
  return {l.b, SelectOp::create(*l.b, l.v.getType(), condition, l.v, r.v)};
}

/// What an update needs: the parameter's old value, its gradient, its slots.
struct Update {
  ImplicitLocOpBuilder &b;
  StringRef parameter;
  Expr p, g;

  template <typename Op>
  Update(ImplicitLocOpBuilder &b, Op op)
      : b(b), parameter(op.getParameter()),
        p{&b, train::ReadOp::create(b, op.getGradient().getType(), op.getParameter())}, g{&b, op.getGradient()} {}

  /// The old value of the slot `name`, created on first use.
  Expr slot(StringRef name) {
    std::string symbol = (parameter + "." + name).str();
    auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
    if (!module.lookupSymbol(symbol)) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointAfter(module.lookupSymbol(parameter));
      train::StateOp::create(b, symbol, p.type());
    }
    return {&b, train::ReadOp::create(b, p.type(), symbol)};
  }
  void write(StringRef name, Expr value) { train::WriteOp::create(b, (parameter + "." + name).str(), value.v); }
  void write(Expr value) { train::WriteOp::create(b, parameter, value.v); }
};

void expand(train::UpdateSgdOp op, ImplicitLocOpBuilder &b) {
  Update u(b, op);
  double momentum = op.getMomentum().convertToDouble(), decay = op.getWeightDecay().convertToDouble();
  Expr rate = Expr{&b, op.getRate()}.spreadTo(u.p.type());
  Expr g = decay ? u.g + decay * u.p : u.g;
  if (momentum) {
    Expr v = momentum * u.slot("velocity") + g;
    u.write("velocity", v);
    g = op.getNesterov() ? g + momentum * v : v;
  }
  u.write(u.p - rate * g);
}

void expand(train::UpdateAdamOp op, ImplicitLocOpBuilder &b) {
  Update u(b, op);
  double b1 = op.getBeta1().convertToDouble(), b2 = op.getBeta2().convertToDouble();
  double eps = op.getEpsilon().convertToDouble(), decay = op.getWeightDecay().convertToDouble();
  RankedTensorType type = u.p.type();
  Expr rate{&b, op.getRate()};
  Expr p = u.p, g = u.g;
  if (decay && op.getDecoupled())
    p = (1.0 - decay * rate).spreadTo(type) * p;
  else if (decay)
    g = g + decay * p;
  Expr m = b1 * u.slot("m") + (1 - b1) * g;
  Expr v = b2 * u.slot("v") + (1 - b2) * (g * g);
  u.write("m", m);
  u.write("v", v);
  // Bias corrections in f64, rounded once.
  Value step = train::CounterOp::create(b, train::Counter::Step);
  Expr t{&b, CastOp::create(b, rate.type(), step)};
  t = t + t.lit(1);
  Expr size = (rate / (1.0 - pow(b1, t))).spreadTo(type);
  Expr scale = (1.0 - pow(b2, t));
  scale = (scale.lit(1) / sqrt(scale)).spreadTo(type);
  u.write(p - size * m / (sqrt(v) * scale + v.lit(eps)));
}

void expand(train::UpdateRmspropOp op, ImplicitLocOpBuilder &b) {
  Update u(b, op);
  double alpha = op.getAlpha().convertToDouble(), eps = op.getEpsilon().convertToDouble();
  double momentum = op.getMomentum().convertToDouble(), decay = op.getWeightDecay().convertToDouble();
  Expr rate = Expr{&b, op.getRate()}.spreadTo(u.p.type());
  Expr g = decay ? u.g + decay * u.p : u.g;
  Expr s = alpha * u.slot("square") + (1 - alpha) * (g * g);
  u.write("square", s);
  Expr d = g / (sqrt(s) + s.lit(eps));
  if (momentum) {
    d = momentum * u.slot("velocity") + d;
    u.write("velocity", d);
  }
  u.write(u.p - rate * d);
}

void expand(train::LearningRateOp op, ImplicitLocOpBuilder &b) {
  auto f64 = RankedTensorType::get({}, b.getF64Type());
  auto i1 = RankedTensorType::get({}, b.getI1Type());
  auto lit = [&](double v) { return Expr{&b, splat(b, b.getLoc(), f64, v)}; };
  auto counter = [&](train::Counter c) { return Expr{&b, CastOp::create(b, f64, train::CounterOp::create(b, c))}; };
  double initial = op.getInitial().convertToDouble(), final = op.getFinal().convertToDouble();
  double warmup = op.getWarmup();
  Expr rate = lit(initial), t = counter(train::Counter::Step);
  if (op.getKind() == "step") {
    // floor(t / every), in integers
    auto i64 = RankedTensorType::get({}, b.getI64Type());
    Value every = splat(b, b.getLoc(), i64, op.getSteps());
    Value count = DivOp::create(b, train::CounterOp::create(b, train::Counter::Step), every);
    rate = rate * pow(op.getFactor().convertToDouble(), Expr{&b, CastOp::create(b, f64, count)});
  } else if (op.getKind() == "cosine") {
    Expr total = op.getSteps() ? lit(op.getSteps()) : counter(train::Counter::TotalSteps);
    Expr span{&b, MaximumOp::create(b, (total - lit(warmup)).v, lit(1).v)};
    Expr x{&b, MinimumOp::create(b, ((t - lit(warmup)) / span).v, lit(1).v)};
    Expr cosine{&b, CosOp::create(b, (3.14159265358979323846 * x).v)};
    rate = lit(final) + (0.5 * (initial - final)) * (lit(1) + cosine);
  }
  if (warmup > 0) {
    Value warming = CompareOp::create(b, i1, ComparePredicate::Lt, t.v, lit(warmup).v);
    rate = select(warming, initial * (t + lit(1)) / lit(warmup), rate);
  }
  op.replaceAllUsesWith(rate.v);
}

void expand(train::ClipNormOp op, ImplicitLocOpBuilder &b) {
  Expr sum{&b, Value()};
  for (Value gradient : op.getGradients()) {
    auto type = cast<RankedTensorType>(gradient.getType());
    Value square = MulOp::create(b, gradient, gradient);
    Expr part{&b, ReduceOp::create(b, ReduceKind::Sum, square, llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())))};
    if (sum.v && part.type() != sum.type())
      part.v = CastOp::create(b, sum.type(), part.v);
    sum = sum.v ? sum + part : part;
  }
  Expr scale = sum.lit(op.getMaxNorm().convertToDouble()) / (sqrt(sum) + sum.lit(1e-6));
  scale.v = MinimumOp::create(b, scale.v, scale.lit(1).v);
  for (auto [gradient, result] : llvm::zip_equal(op.getGradients(), op.getResults())) {
    auto type = cast<RankedTensorType>(gradient.getType());
    result.replaceAllUsesWith((Expr{&b, gradient} * scale.spreadTo(type)).v);
  }
}

struct ExpandUpdatesPass : gradus::impl::ExpandUpdatesPassBase<ExpandUpdatesPass> {
  using Base::Base;
  void runOnOperation() override {
    if (failed(checkSlotNames()))
      return signalPassFailure();
    expandAll<train::ClipNormOp>();
    expandAll<train::LearningRateOp>();
    expandAll<train::UpdateSgdOp>();
    expandAll<train::UpdateAdamOp>();
    expandAll<train::UpdateRmspropOp>();
  }

  /// No parameter may have the name of what an optimizer remembers of another.
  LogicalResult checkSlotNames() {
    for (auto parameter : getOperation().getOps<train::ParameterOp>())
      for (StringRef slot : {"velocity", "m", "v", "square"}) {
        auto other = getOperation().lookupSymbol<train::ParameterOp>((parameter.getSymName() + "." + slot).str());
        if (other)
          return other.emitError() << "'" << other.getSymName() << "' is also what an optimizer may remember of '"
                                   << parameter.getSymName() << "'; rename the layer";
      }
    return success();
  }

  template <typename Op>
  void expandAll() {
    getOperation()->walk([](Op op) {
      ImplicitLocOpBuilder b(op.getLoc(), op);
      expand(op, b);
      op.erase();
    });
  }
};

} // namespace

//===- Optimizers.cpp - The formulas of the update ops --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function per op, sorted by name. It returns the new value of the
// parameter and sets the new values of the optimizer's states, which the op's
// record names. An op of TrainOps.td with a function here has the interface.
//
//===----------------------------------------------------------------------===//
#include "compiler/Transforms/Expr.h"
#include "compiler/Transforms/TrainFormulas.h"
#include "dialects/Support/ForEachOp.h"
#include "dialects/train/IR/TrainDialect.h"

using namespace mlir;
using namespace gradus;

namespace {

/// What the formula of an update works with. All tensors have the parameter's type.
class Update {
public:
  /// Reads the old value of `parameter`. `states` are the names that the op's record
  /// gives; `symbols` is the symbol table that the parameter is in.
  Update(StringRef parameter, Value gradient, Value rate, ArrayRef<StringRef> states, ImplicitLocOpBuilder &b,
         SymbolTable &symbols)
      : b(b), parameter{&b, train::ReadOp::create(b, gradient.getType(), parameter)}, gradient{&b, gradient},
        rate{&b, rate}, name(parameter), states(states), symbols(symbols) {}

  ImplicitLocOpBuilder &b;
  Expr parameter, gradient;
  /// The learning rate: an f64 scalar.
  Expr rate;
  /// False after an error.
  bool valid = true;

  /// The old value of the state `<parameter>.<state>`; 0 before the first step.
  Expr state(StringRef state) {
    std::string symbol = (name + "." + state).str();
    if (!llvm::is_contained(states, state)) {
      emitError(b.getLoc()) << "the record of the update does not name its state '" << state << "'";
      valid = false;
    }
    valid &= succeeded(declareState(symbol));
    return {&b, train::ReadOp::create(b, parameter.type(), symbol)};
  }
  /// Sets the value of the state `<parameter>.<state>` after the step.
  void setState(StringRef state, Expr value) { train::WriteOp::create(b, (name + "." + state).str(), value.v); }

  /// The gradient with `decay` times the parameter added: the derivative of an L2 penalty.
  Expr decayedGradient(double decay) { return decay ? gradient + decay * parameter : gradient; }

private:
  StringRef name; // of the parameter
  ArrayRef<StringRef> states;
  SymbolTable &symbols;

  /// Creates the state `symbol`, behind the parameter, unless it exists.
  LogicalResult declareState(StringRef symbol) {
    if (Operation *other = symbols.lookup(symbol)) {
      if (isa<train::StateOp>(other))
        return success();
      return other->emitError() << "'" << symbol << "' is also the name of an optimizer state of '" << name
                                << "'; rename the layer";
    }
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointAfter(symbols.lookup(name));
    symbols.insert(train::StateOp::create(b, symbol, parameter.type()));
    return success();
  }
};

Expr step(train::UpdateAdadeltaOp op, Update &u) {
  double rho = op.getRho().convertToDouble(), eps = op.getEpsilon().convertToDouble();
  Expr g = u.decayedGradient(op.getWeightDecay().convertToDouble()), a = u.state("step");
  Expr s = rho * u.state("square") + (1 - rho) * (g * g);
  Expr d = sqrt(a + a.constant(eps)) / sqrt(s + s.constant(eps)) * g;
  u.setState("square", s);
  u.setState("step", rho * a + (1 - rho) * (d * d));
  return u.parameter - u.rate.broadcastTo(u.parameter.type()) * d;
}

Expr step(train::UpdateAdagradOp op, Update &u) {
  Expr g = u.decayedGradient(op.getWeightDecay().convertToDouble());
  Expr s = u.state("square") + g * g;
  u.setState("square", s);
  Expr t = toF64(u.b, train::CounterOp::create(u.b, train::Counter::Step));
  Expr rate = u.rate / (t.constant(1) + op.getRateDecay().convertToDouble() * t);
  return u.parameter -
         rate.broadcastTo(u.parameter.type()) * g / (sqrt(s) + s.constant(op.getEpsilon().convertToDouble()));
}

/// What sums of the first t powers of `beta` leave of a running mean that began at 0: 1 - beta^t, t counted from 1.
Expr biasOf(Update &u, double beta) {
  Expr t = toF64(u.b, train::CounterOp::create(u.b, train::Counter::Step));
  return 1.0 - pow(beta, t + t.constant(1));
}

/// The norm over all elements, a scalar.
Expr norm(Update &u, Expr x) {
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, x.type().getRank()));
  return sqrt(Expr{&u.b, nn::ReduceOp::create(u.b, nn::ReduceKind::Sum, (x * x).v, dims)});
}

Expr step(train::UpdateAdamOp op, Update &u) {
  double b1 = op.getBeta1().convertToDouble(), b2 = op.getBeta2().convertToDouble();
  double eps = op.getEpsilon().convertToDouble(), decay = op.getWeightDecay().convertToDouble();
  RankedTensorType type = u.parameter.type();
  Expr p = u.parameter, g = u.gradient;
  if (decay && op.getDecoupled())
    p = (1.0 - decay * u.rate).broadcastTo(type) * p;
  else
    g = u.decayedGradient(decay);
  Expr m = b1 * u.state("m") + (1 - b1) * g;
  Expr v = b2 * u.state("v") + (1 - b2) * (g * g);
  u.setState("m", m);
  u.setState("v", v);
  if (op.getAmsgrad()) {
    v = max(u.state("v_max"), v);
    u.setState("v_max", v);
  }
  // The bias corrections are computed in f64 and rounded once.
  Expr size = (u.rate / biasOf(u, b1)).broadcastTo(type);
  Expr scale = biasOf(u, b2);
  scale = (scale.constant(1) / sqrt(scale)).broadcastTo(type);
  return p - size * m / (sqrt(v) * scale + v.constant(eps));
}

Expr step(train::UpdateLambOp op, Update &u) {
  double b1 = op.getBeta1().convertToDouble(), b2 = op.getBeta2().convertToDouble();
  double eps = op.getEpsilon().convertToDouble(), decay = op.getWeightDecay().convertToDouble();
  RankedTensorType type = u.parameter.type();
  Expr p = u.parameter, g = u.gradient;
  Expr m = b1 * u.state("m") + (1 - b1) * g;
  Expr v = b2 * u.state("v") + (1 - b2) * (g * g);
  u.setState("m", m);
  u.setState("v", v);
  Expr r = m / biasOf(u, b1).broadcastTo(type) / (sqrt(v / biasOf(u, b2).broadcastTo(type)) + v.constant(eps));
  if (decay)
    r = r + decay * p;
  Expr ofParameter = norm(u, p), ofStep = norm(u, r), zero = ofStep.constant(0), one = ofStep.constant(1);
  Expr ratio = ifAtLeast(zero, ofParameter, one, ifAtLeast(zero, ofStep, one, ofParameter / ofStep));
  return p - u.rate.broadcastTo(type) * ratio.broadcastTo(type) * r;
}

Expr step(train::UpdateLionOp op, Update &u) {
  double b1 = op.getBeta1().convertToDouble(), b2 = op.getBeta2().convertToDouble();
  double decay = op.getWeightDecay().convertToDouble();
  RankedTensorType type = u.parameter.type();
  Expr p = u.parameter, g = u.gradient, m = u.state("m");
  if (decay)
    p = (1.0 - decay * u.rate).broadcastTo(type) * p;
  u.setState("m", b2 * m + (1 - b2) * g);
  return p - u.rate.broadcastTo(type) * sign(b1 * m + (1 - b1) * g);
}

Expr step(train::UpdateRmspropOp op, Update &u) {
  double alpha = op.getAlpha().convertToDouble(), eps = op.getEpsilon().convertToDouble();
  double momentum = op.getMomentum().convertToDouble();
  Expr rate = u.rate.broadcastTo(u.parameter.type());
  Expr g = u.decayedGradient(op.getWeightDecay().convertToDouble());
  Expr s = alpha * u.state("square") + (1 - alpha) * (g * g);
  u.setState("square", s);
  Expr d = g / (sqrt(s) + s.constant(eps));
  if (momentum) {
    d = momentum * u.state("velocity") + d;
    u.setState("velocity", d);
  }
  return u.parameter - rate * d;
}

Expr step(train::UpdateSgdOp op, Update &u) {
  double momentum = op.getMomentum().convertToDouble();
  Expr rate = u.rate.broadcastTo(u.parameter.type());
  Expr g = u.decayedGradient(op.getWeightDecay().convertToDouble());
  if (momentum) {
    Expr v = momentum * u.state("velocity") + g;
    u.setState("velocity", v);
    g = op.getNesterov() ? g + momentum * v : v;
  }
  return u.parameter - rate * g;
}

template <typename Op>
struct Model : train::UpdateOpInterface::ExternalModel<Model<Op>, Op> {
  LogicalResult expand(Operation *operation, ImplicitLocOpBuilder &b, SymbolTable &symbols) const {
    auto op = cast<Op>(operation);
    SmallVector<StringRef> states = Op::getStateNames();
    Update u(op.getParameter(), op.getGradient(), op.getRate(), states, b, symbols);
    Expr result = step(op, u);
    if (!u.valid)
      return failure();
    train::WriteOp::create(b, op.getParameter(), result.v);
    return success();
  }
};

} // namespace

void gradus::registerTrainUpdateOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, train::TrainDialect *) {
    forEachOp<
#define GET_OP_LIST
#include "dialects/train/IR/TrainOps.cpp.inc"
        >([&]<typename Op>(std::in_place_type_t<Op>) {
      if constexpr (requires(Op op, Update &u) { step(op, u); })
        Op::template attachInterface<Model<Op>>(*context);
    });
  });
}

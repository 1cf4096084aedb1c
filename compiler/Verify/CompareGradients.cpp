//===- CompareGradients.cpp - Gradients against finite differences --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/FiniteDifference.h"
#include "compiler/Verify/Report.h"
#include "compiler/Verify/Verifier.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include <cmath>

using namespace llvm;
using namespace gradus;
using reference::Tensor;

/// False where finite differences see what gradients do not: through a
/// stop_gradient, or a cast that hides small changes.
static bool isComparable(mlir::func::FuncOp function) {
  mlir::WalkResult result = function.walk([](mlir::Operation *op) {
    if (isa<nn::StopGradientOp>(op))
      return mlir::WalkResult::interrupt();
    auto cast = dyn_cast<nn::CastOp>(op);
    if (!cast)
      return mlir::WalkResult::advance();
    mlir::Type from = mlir::getElementTypeOrSelf(cast.getInput().getType());
    mlir::Type to = mlir::getElementTypeOrSelf(cast.getType());
    bool loses = (from.isF64() && to.isF32()) || isa<mlir::IntegerType>(to);
    return loses ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
  });
  return !result.wasInterrupted();
}

double Verifier::lossAt(mlir::func::FuncOp function, ArrayRef<Tensor> inputs, const reference::State &state,
                        std::vector<Tensor> *results) const {
  reference::State copy = state;
  FailureOr<std::vector<Tensor>> out = reference::evaluate(function, inputs, copy);
  if (failed(out))
    return std::nan("");
  if (results)
    *results = *out;
  return (*out)[0].data[0];
}

bool Verifier::compareGradients() {
  auto function = reference.lookupSymbol<mlir::func::FuncOp>(kGradientsFunction);
  if (!isComparable(function)) {
    outs() << "gradients are not compared: the model has a stop_gradient or a cast that loses digits\n";
    return true;
  }
  std::vector<Tensor> inputs;
  for (mlir::BlockArgument argument : function.getArguments())
    inputs.push_back(randomInput(argument));
  // f64 rounding of the loss over the smallest step is about 1e-9.
  constexpr double kTolerance = 1e-7;
  std::vector<Tensor> analytic;
  double loss = lossAt(function, inputs, initial, &analytic);
  bool good = true;
  for (auto [i, name] : enumerate(cast<mlir::ArrayAttr>(function->getAttr(kWrtAttr)))) {
    std::string variable = cast<mlir::StringAttr>(name).str();
    const Tensor &gradient = analytic[i + 1];
    double worst = 0;
    int64_t samples = std::min<int64_t>(gradient.size(), 6);
    for (int64_t s = 0; s < samples; ++s) {
      int64_t k = gradient.size() * s / samples + (gradient.size() / samples) / 2;
      reference::State moved = initial;
      auto probe = [&](double offset) {
        moved.variables[variable].data[k] = initial.variables[variable].data[k] + offset;
        return lossAt(function, inputs, moved);
      };
      // A kink, as of relu, within the reach of a step spoils its difference;
      // a wrong gradient is wrong for every step.
      double best = std::numeric_limits<double>::infinity();
      for (double h : {1e-5, 1e-6, 1e-7}) {
        double numeric = reference::centralDifference(probe, h);
        best = std::min(best, std::fabs(numeric - gradient.data[k]) / (1 + std::fabs(numeric) + std::fabs(loss)));
        if (best <= kTolerance)
          break;
      }
      if (!(best <= worst)) // a NaN counts as worst
        worst = best;
    }
    good &= reportDifference("gradient " + variable, worst, kTolerance);
  }
  return good;
}

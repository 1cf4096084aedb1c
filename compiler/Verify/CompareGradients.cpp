//===- CompareGradients.cpp - Gradients against finite differences --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/Philox.h"
#include "compiler/Verify/Report.h"
#include "compiler/Verify/Verifier.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/Threading.h"
#include "mlir/IR/TypeUtilities.h"
#include <cmath>
#include <numeric>

using namespace llvm;
using namespace gradus;
using reference::Tensor;

/// f64 rounding of the loss over the smallest step is about 1e-9.
static constexpr double kTolerance = 1e-7;

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

/// A direction of length one that moves all elements of a parameter as far, up or
/// down as the seed has it. A wrong element shows in its derivative whatever the
/// signs, divided by the root of their number; errors of all elements show as large
/// as they are, unless they cancel. Elements by themselves, a few of each parameter,
/// take more losses, and miss an error in another one.
static std::vector<double> randomDirection(int64_t size, uint64_t seed, uint64_t stream) {
  std::vector<double> direction(size);
  double step = 1 / std::sqrt(static_cast<double>(size));
  for (int64_t i = 0; i < size; ++i)
    direction[i] = reference::philoxUniform(seed, 2, stream, i) < 0.5 ? -step : step;
  return direction;
}

double Verifier::gradientError(StringRef parameter, uint64_t number, const Tensor &gradient, double loss,
                               ArrayRef<Tensor> inputs) const {
  auto function = mlir::ModuleOp(reference).lookupSymbol<mlir::func::FuncOp>(kLossFunction);
  reference::State state = initial;
  const std::vector<double> &start = initial.variables.find(parameter)->second.data;
  std::vector<double> &moved = state.variables[parameter].data;
  double best = std::numeric_limits<double>::infinity();
  // A kink, as of relu, within the reach of a step spoils its difference; a wrong
  // gradient is wrong for every step.
  constexpr double kSteps[] = {1e-5, 1e-6, 1e-7};
  for (auto [attempt, h] : enumerate(kSteps)) {
    std::vector<double> direction = randomDirection(gradient.size(), seed, std::size(kSteps) * number + attempt);
    auto lossAt = [&](double step) {
      for (auto [value, from, along] : zip_equal(moved, start, direction))
        value = from + step * along;
      FailureOr<std::vector<Tensor>> out = reference::evaluate(function, inputs, state);
      return failed(out) ? std::nan("") : (*out)[0].data[0];
    };
    double numeric = (lossAt(h) - lossAt(-h)) / (2 * h);
    double analytic = std::inner_product(direction.begin(), direction.end(), gradient.data.begin(), 0.0);
    best = std::min(best, std::fabs(numeric - analytic) / (1 + std::fabs(numeric) + std::fabs(loss)));
    if (best <= kTolerance)
      break;
  }
  return best;
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
  reference::State state = initial;
  FailureOr<std::vector<Tensor>> analytic = reference::evaluate(function, inputs, state);
  if (failed(analytic))
    return false;
  auto names = cast<mlir::ArrayAttr>(function->getAttr(kWrtAttr)).getAsValueRange<mlir::StringAttr>();
  std::vector<StringRef> parameters(names.begin(), names.end());
  std::vector<double> errors(parameters.size());
  mlir::parallelFor(function.getContext(), 0, parameters.size(), [&](size_t i) {
    errors[i] = gradientError(parameters[i], i, (*analytic)[i + 1], (*analytic)[0].data[0], inputs);
  });
  bool good = true;
  for (auto [parameter, error] : zip_equal(parameters, errors))
    good &= reportDifference(("gradient " + parameter).str(), error, kTolerance);
  return good;
}

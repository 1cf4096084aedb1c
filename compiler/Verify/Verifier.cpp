//===- Verifier.cpp - Outputs and steps against the reference -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Verify/Verifier.h"
#include "compiler/Reference/Philox.h"
#include "compiler/Verify/Report.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace llvm;
using namespace gradus;
using reference::Tensor;

/// Floats from [-1, 1); integers of all that index the model with; of others 0 or 1.
Tensor Verifier::randomInput(mlir::BlockArgument argument) const {
  auto type = cast<mlir::RankedTensorType>(argument.getType());
  Tensor t(type);
  bool isFloat = isa<mlir::FloatType>(type.getElementType());
  auto function = cast<mlir::func::FuncOp>(argument.getOwner()->getParentOp());
  auto indices = function.getArgAttrOfType<mlir::IntegerAttr>(argument.getArgNumber(), train::kIndicesAttr);
  auto count = static_cast<double>(indices ? indices.getInt() : 2);
  for (int64_t i = 0; i < t.size(); ++i) {
    double u = reference::philoxUniform(seed, 0, 10 + argument.getArgNumber(), i);
    t.data[i] = isFloat ? static_cast<float>(2 * u - 1) : std::floor(count * u);
  }
  return t;
}

/// Whether a value comes from comparing others.
static bool isChoice(mlir::Value v) {
  SetVector<mlir::Operation *> slice;
  mlir::BackwardSliceOptions options;
  options.inclusive = true;
  (void)mlir::getBackwardSlice(v, &slice, options);
  return any_of(slice, [](mlir::Operation *op) { return isa<nn::ArgmaxOp, nn::CompareOp>(op); });
}

/// Largest difference, relative to one plus the largest value of the tensor:
/// rounding in a sum is as large as its terms, not as its result. What has been
/// updated is compared more closely, since a step may be small: relative to a
/// hundredth of that, and the largest change.
static double difference(const void *got, uint64_t dtype, const Tensor &want, const Tensor *before = nullptr) {
  double worst = 0, scale = 1, change = 0;
  for (auto [k, w] : enumerate(want.data))
    if (std::isfinite(w)) {
      scale = std::max(scale, 1 + std::fabs(w));
      change = before ? std::max(change, std::fabs(w - before->data[k])) : 0;
    }
  if (before)
    scale = scale / 100 + change;
  for (int64_t k = 0; k < want.size(); ++k) {
    double g = elementOf(got, dtype, k), w = want.data[k], d = g == w ? 0 : std::fabs(g - w) / scale;
    worst = d <= worst ? worst : d; // a NaN counts as worst
  }
  return worst;
}

reference::State Verifier::stateOf(gradus_session_t *session) const {
  mlir::ModuleOp module = reference;
  reference::State state;
  state.seed = static_cast<int64_t>(seed);
  state.step = library.counters(session)[0];
  for (uint64_t i = 0; i < library.model->variable_count; ++i) {
    const gradus_variable_t &v = library.model->variables[i];
    mlir::Type type;
    if (auto p = module.lookupSymbol<train::ParameterOp>(v.tensor.name))
      type = p.getType();
    else
      type = module.lookupSymbol<train::StateOp>(v.tensor.name).getType();
    Tensor t(cast<mlir::RankedTensorType>(type));
    void *data = library.variable(session, i);
    // Optimizer state as after some steps: the zeros of the first hide mistakes.
    if (v.flags & GRADUS_VARIABLE_STATE)
      for (int64_t k = 0; k < t.size(); ++k)
        setElement(data, v.tensor.dtype, k, 0.1 * reference::philoxUniform(seed, 1, 1000 + i, k));
    for (int64_t k = 0; k < t.size(); ++k)
      t.data[k] = elementOf(data, v.tensor.dtype, k);
    state.variables[v.tensor.name] = t;
  }
  return state;
}

/// The name of entry point `e` (GRADUS_ENTRY_TRAIN …).
static StringRef entryName(int e) { return train::stringifyEntry(static_cast<train::Entry>(e)); }

mlir::func::FuncOp Verifier::functionOf(int entry) const {
  return mlir::ModuleOp(reference).lookupSymbol<mlir::func::FuncOp>(entryName(entry));
}

std::vector<Tensor> Verifier::randomInputs(int entry) const {
  std::vector<Tensor> inputs;
  for (mlir::BlockArgument argument : functionOf(entry).getArguments())
    inputs.push_back(randomInput(argument));
  return inputs;
}

bool Verifier::run(gradus_session_t *session, int e, ArrayRef<Tensor> inputs) const {
  std::vector<std::vector<char>> storage;
  std::vector<void *> pointers;
  for (auto [i, input] : enumerate(inputs)) {
    const gradus_tensor_t &tensor = library.model->entries[e]->inputs[i];
    storage.emplace_back(tensor.bytes + 64);
    void *aligned = reinterpret_cast<void *>(alignTo(reinterpret_cast<uintptr_t>(storage.back().data()), 64));
    for (int64_t k = 0; k < input.size(); ++k)
      setElement(aligned, tensor.dtype, k, input.data[k]);
    pointers.push_back(aligned);
  }
  gradus_error_t error;
  if (library.run(session, e, pointers.data(), &error) == 0)
    return true;
  errs() << "error: " << error.text << "\n";
  return false;
}

bool Verifier::compareEntry(gradus_session_t *session, int e) {
  mlir::func::FuncOp function = functionOf(e);
  library.counters(session)[0] = 3; // a step at which schedules and bias corrections differ from the first
  reference::State state = stateOf(session);
  initial = state;
  std::vector<Tensor> inputs = randomInputs(e);
  FailureOr<std::vector<Tensor>> want = reference::evaluate(function, inputs, state);
  if (failed(want) || !run(session, e, inputs))
    return false;
  bool good = compareOutputs(session, e, function, *want);
  if (e == GRADUS_ENTRY_TRAIN)
    good &= compareVariables(session, state);
  return good;
}

bool Verifier::compareOutputs(gradus_session_t *session, int e, mlir::func::FuncOp function,
                              ArrayRef<Tensor> want) const {
  const gradus_entry_t *entry = library.model->entries[e];
  bool good = true;
  for (uint64_t i = 0; i < entry->output_count; ++i) {
    // Rounding may choose another class where two are nearly equal.
    if (tolerances.rounded && isChoice(function.getBody().front().getTerminator()->getOperand(i)))
      continue;
    const gradus_tensor_t &tensor = entry->outputs[i];
    double worst = difference(library.output(session, e, i), tensor.dtype, want[i]);
    good &= reportDifference((entryName(e) + " " + tensor.name).str(), worst, tolerances.outputs);
  }
  return good;
}

bool Verifier::compareVariables(gradus_session_t *session, const reference::State &want) const {
  bool good = true;
  for (uint64_t i = 0; i < library.model->variable_count; ++i) {
    const gradus_variable_t &v = library.model->variables[i];
    // RMSprop's velocity is a gradient over its own size: where a sum nearly
    // cancels, rounding of its operands is as large as itself.
    bool normalised = tolerances.rounded && StringRef(v.tensor.name).ends_with(".velocity");
    const Tensor *before = normalised ? nullptr : &initial.variables.find(v.tensor.name)->second;
    double worst =
        difference(library.variable(session, i), v.tensor.dtype, want.variables.find(v.tensor.name)->second, before);
    good &= reportDifference((Twine("step ") + v.tensor.name).str(), worst, tolerances.steps);
  }
  return good;
}

//===- ProgramModels.cpp - What train and check ops mean ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Reference/Evaluator.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/check/IR/CheckDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include <cmath>

using namespace mlir;
using namespace gradus;
using reference::Inputs;
using reference::State;
using reference::Tensor;

namespace {

using Results = SmallVectorImpl<Tensor>;

/// Every element within atol + rtol * |expected|; NaN equals NaN.
LogicalResult run(check::ExpectCloseOp op, Inputs in, State &, Results &) {
  double atol = op.getAtol().convertToDouble(), rtol = op.getRtol().convertToDouble();
  for (int64_t i = 0; i < in[0].size(); ++i) {
    double actual = in[0].data[i], expected = in[1].data[i];
    if (actual == expected || (std::isnan(actual) && std::isnan(expected)) ||
        std::fabs(actual - expected) <= atol + rtol * std::fabs(expected))
      continue;
    return op.emitError() << "element " << i << " is " << actual << ", expected " << expected;
  }
  return success();
}

LogicalResult run(train::CounterOp op, Inputs, State &state, Results &results) {
  Tensor &t = results.emplace_back(typeOf(op.getResult()));
  switch (op.getCounter()) {
  case train::Counter::Step:
    t.data[0] = state.step;
    break;
  case train::Counter::TotalSteps:
    t.data[0] = state.totalSteps;
    break;
  case train::Counter::Seed:
    t.data[0] = state.seed;
    break;
  }
  return success();
}

LogicalResult run(train::ReadOp op, Inputs, State &state, Results &results) {
  auto it = state.variables.find(op.getVariable());
  results.push_back(it == state.variables.end() ? Tensor(typeOf(op.getResult())) : it->second);
  return success();
}

LogicalResult run(train::WriteOp op, Inputs in, State &state, Results &) {
  state.writes[op.getVariable()] = in[0];
  return success();
}

/// Calls the function above that fits the op.
template <typename Op>
struct Model : ReferenceOpInterface::ExternalModel<Model<Op>, Op> {
  LogicalResult evaluate(Operation *op, Inputs inputs, State &state, Results &results) const {
    return run(cast<Op>(op), inputs, state, results);
  }
};

/// Attaches the interface to each op of the list that has a `run`.
template <typename... Ops>
void attach(MLIRContext *context) {
  auto attachOne = [&]<typename Op>(std::in_place_type_t<Op>) {
    if constexpr (requires(Op op, Inputs in, State &state, Results &results) { run(op, in, state, results); })
      Op::template attachInterface<Model<Op>>(*context);
  };
  (attachOne(std::in_place_type<Ops>), ...);
}

} // namespace

void gradus::registerTrainReferenceOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, train::TrainDialect *) {
    attach<
#define GET_OP_LIST
#include "dialects/train/IR/TrainOps.cpp.inc"
        >(context);
  });
}

void gradus::registerCheckReferenceOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, check::CheckDialect *) {
    attach<
#define GET_OP_LIST
#include "dialects/check/IR/CheckOps.cpp.inc"
        >(context);
  });
}

//===- Evaluator.cpp - The reference evaluator ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/Evaluator.h"
#include "compiler/Interfaces/OpInterfaces.h"
#include "dialects/check/IR/CheckDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include <cmath>

using namespace mlir;
using namespace gradus;
using namespace gradus::reference;

/// check.expect_close: every element within atol + rtol * |expected|.
static LogicalResult expectClose(check::ExpectCloseOp op, const Tensor &actual, const Tensor &expected) {
  double atol = op.getAtol().convertToDouble(), rtol = op.getRtol().convertToDouble();
  for (int64_t i = 0; i < actual.size(); ++i) {
    double a = actual.data[i], e = expected.data[i];
    if (a == e || (std::isnan(a) && std::isnan(e)) || std::fabs(a - e) <= atol + rtol * std::fabs(e))
      continue;
    return op.emitError() << "element " << i << " is " << a << ", expected " << e;
  }
  return success();
}

LogicalResult gradus::reference::evaluateBlock(Block &block, DenseMap<Value, Tensor> &values, State &state) {
  SmallVector<std::pair<StringRef, Tensor>> writes;
  for (Operation &op : block) {
    if (op.hasTrait<OpTrait::IsTerminator>())
      break;
    SmallVector<Tensor> inputs, results;
    for (Value v : op.getOperands())
      inputs.push_back(values.at(v));
    if (auto expect = dyn_cast<check::ExpectCloseOp>(op)) {
      if (failed(expectClose(expect, inputs[0], inputs[1])))
        return failure();
    } else if (auto read = dyn_cast<train::ReadOp>(op)) {
      auto it = state.variables.find(read.getVariable());
      results.push_back(it == state.variables.end() ? Tensor(cast<RankedTensorType>(read.getType())) : it->second);
    } else if (auto write = dyn_cast<train::WriteOp>(op)) {
      writes.emplace_back(write.getVariable(), inputs[0]);
    } else if (auto counter = dyn_cast<train::CounterOp>(op)) {
      Tensor t(cast<RankedTensorType>(counter.getType()));
      t.data[0] = counter.getCounter() == train::Counter::Step         ? state.step
                  : counter.getCounter() == train::Counter::TotalSteps ? state.totalSteps
                                                                       : state.seed;
      results.push_back(std::move(t));
    } else if (auto reference = dyn_cast<ReferenceOpInterface>(op)) {
      if (failed(reference.evaluate(inputs, results)))
        return op.emitError("cannot be evaluated");
    } else {
      return op.emitError() << "the reference evaluator does not know '" << op.getName() << "'";
    }
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), results))
      values[value] = tensor;
  }
  for (auto &[name, tensor] : writes)
    state.variables[name] = tensor;
  return success();
}

FailureOr<std::vector<Tensor>> gradus::reference::evaluate(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                           State &state) {
  DenseMap<Value, Tensor> values;
  for (auto [argument, tensor] : llvm::zip_equal(function.getArguments(), inputs))
    values[argument] = tensor;
  Block &block = function.getBody().front();
  if (failed(evaluateBlock(block, values, state)))
    return failure();
  std::vector<Tensor> results;
  for (Value v : block.getTerminator()->getOperands())
    results.push_back(values.at(v));
  return results;
}

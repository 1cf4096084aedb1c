//===- Evaluator.cpp - The reference evaluator ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/Evaluator.h"
#include "compiler/Interfaces/OpInterfaces.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::reference;

/// Evaluates one op; `values` maps all values so far.
static LogicalResult evaluateOp(Operation &op, DenseMap<Value, Tensor> &values, State &state) {
  auto reference = dyn_cast<ReferenceOpInterface>(op);
  if (!reference)
    return op.emitError() << "the reference evaluator does not know '" << op.getName() << "'";
  SmallVector<Tensor> inputs, results;
  for (Value v : op.getOperands())
    inputs.push_back(values.at(v));
  if (failed(reference.evaluate(inputs, state, results)))
    return failure();
  for (auto [value, tensor] : llvm::zip_equal(op.getResults(), results))
    values[value] = tensor;
  return success();
}

FailureOr<std::vector<Tensor>> gradus::reference::evaluate(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                           State &state) {
  DenseMap<Value, Tensor> values;
  for (auto [argument, tensor] : llvm::zip_equal(function.getArguments(), inputs))
    values[argument] = tensor;
  state.writes.clear();
  Block &block = function.getBody().front();
  for (Operation &op : block.without_terminator())
    if (failed(evaluateOp(op, values, state)))
      return failure();
  for (auto &[name, tensor] : state.writes)
    state.variables[name] = tensor;
  state.writes.clear();
  std::vector<Tensor> results;
  for (Value v : block.getTerminator()->getOperands())
    results.push_back(values.at(v));
  return results;
}

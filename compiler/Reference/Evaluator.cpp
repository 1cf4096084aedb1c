//===- Evaluator.cpp - The reference evaluator ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Reference/Evaluator.h"
#include "compiler/Interfaces/OpInterfaces.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::reference;

namespace {

/// The values of one run of a function; each is dropped after its last use.
class Run {
public:
  Run(State &state) : state(state) {}

  void define(Value value, Tensor tensor) {
    if (value.use_empty())
      return;
    values[value] = std::move(tensor);
    usesLeft[value] = std::distance(value.use_begin(), value.use_end());
  }

  /// Evaluates one op.
  LogicalResult evaluate(Operation &op) {
    auto reference = dyn_cast<ReferenceOpInterface>(op);
    if (!reference)
      return op.emitError() << "the reference evaluator does not know '" << op.getName() << "'";
    SmallVector<const Tensor *> inputs;
    SmallVector<Tensor> results;
    for (Value v : op.getOperands())
      inputs.push_back(&values.find(v)->second);
    if (failed(reference.evaluate(inputs, state, results)))
      return failure();
    for (Value v : op.getOperands())
      if (--usesLeft[v] == 0)
        values.erase(v);
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), results))
      define(value, std::move(tensor));
    return success();
  }

  /// The value of something that has been defined and is still used.
  const Tensor &get(Value value) const { return values.find(value)->second; }

private:
  State &state;
  DenseMap<Value, Tensor> values;
  DenseMap<Value, int64_t> usesLeft;
};

} // namespace

FailureOr<std::vector<Tensor>> gradus::reference::evaluate(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                           State &state) {
  Run run(state);
  for (auto [argument, tensor] : llvm::zip_equal(function.getArguments(), inputs))
    run.define(argument, tensor);
  state.writes.clear();
  Block &block = function.getBody().front();
  for (Operation &op : block.without_terminator())
    if (failed(run.evaluate(op)))
      return failure();
  for (auto &entry : state.writes)
    state.variables[entry.getKey()] = std::move(entry.getValue());
  state.writes.clear();
  std::vector<Tensor> results;
  for (Value v : block.getTerminator()->getOperands())
    results.push_back(run.get(v));
  return results;
}

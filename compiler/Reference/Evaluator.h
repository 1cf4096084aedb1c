//===- Evaluator.h - The reference evaluator ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_REFERENCE_EVALUATOR_H
#define GRADUS_COMPILER_REFERENCE_EVALUATOR_H

#include "compiler/Reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/StringMap.h"

namespace gradus {
/// Attaches ReferenceOpInterface to the nn ops.
void registerNNReferenceOpInterfaceExternalModels(mlir::DialectRegistry &registry);
/// Attaches ReferenceOpInterface to the train ops that remain after autodiff and
/// the expansion of updates: reads, writes and counters.
void registerTrainReferenceOpInterfaceExternalModels(mlir::DialectRegistry &registry);
/// Attaches ReferenceOpInterface to the check ops.
void registerCheckReferenceOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace gradus

namespace gradus::reference {

/// What persists between steps, and what the runtime would supply.
struct State {
  /// By name. A variable that is read before it is written is zero.
  llvm::StringMap<Tensor> variables;
  /// What the function that runs has written; its reads do not see it yet.
  llvm::StringMap<Tensor> writes;
  /// The counters of train.counter.
  int64_t step = 0, totalSteps = 0, seed = 0;
};

/// Runs `function` on `inputs` and returns its results. Reads and writes go to
/// `state`; writes take effect at the end. Fails, with a located error, where an
/// op cannot be evaluated or an expectation does not hold.
mlir::FailureOr<std::vector<Tensor>> evaluate(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs, State &state);

} // namespace gradus::reference

#endif

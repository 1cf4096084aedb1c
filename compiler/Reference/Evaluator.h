//===- Evaluator.h - The reference evaluator ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_REFERENCE_EVALUATOR_H
#define GRADUS_COMPILER_REFERENCE_EVALUATOR_H

#include "compiler/Reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

namespace gradus {
/// Attaches ReferenceOpInterface to the nn ops.
void registerNNReferenceOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace gradus

namespace gradus::reference {

/// What persists between steps, and what the runtime would supply.
struct State {
  llvm::StringMap<Tensor> variables;
  int64_t step = 0, totalSteps = 0, seed = 0;
};

/// Runs `function` on `inputs`. Reads and writes go to `state` (writes take
/// effect at the end). Fails, with a located error, where an op cannot be
/// evaluated or an expectation does not hold.
mlir::FailureOr<std::vector<Tensor>> evaluate(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs, State &state);

/// Evaluates the ops between the block's start and `end` (exclusive), given the
/// block's arguments. `values` maps everything computed.
mlir::LogicalResult evaluateBlock(mlir::Block &block, llvm::DenseMap<mlir::Value, Tensor> &values, State &state);

} // namespace gradus::reference

#endif

//===- Verifier.h - Outputs, steps and gradients against the reference ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_VERIFY_VERIFIER_H
#define GRADUS_COMPILER_VERIFY_VERIFIER_H

#include "compiler/Reference/Evaluator.h"
#include "compiler/Verify/LoadedModel.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"

namespace gradus {

/// The largest differences that rounding explains; see `tolerancesOf`.
struct Tolerances {
  double outputs = 1e-4; ///< of results, relative to the largest value of the tensor
  double steps = 1e-4;   ///< of updated variables, relative as `difference` says
  bool rounded = false;  ///< operands of some matmuls are rounded
};

/// Tolerances for a model whose ops are in `module`. Sums in f32 of a few thousand
/// terms against f64: 1e-4 leaves room for rounding and none for a wrong formula.
/// Operands of tf32 and bf16 are off by 2^-12 and 2^-9 of themselves at most, which
/// partly cancels in a sum; four times that leaves room for some matmuls one behind
/// the other. In a gradient a relu close to zero may take the other side, with all
/// of a sample's share: 5e-2 of the largest change.
Tolerances tolerancesOf(mlir::ModuleOp module, bool tensorCores);

/// The function with the loss and its gradients that `prepareReference` adds.
inline constexpr llvm::StringLiteral kGradientsFunction = "gradients";
/// The function with the loss alone: differences of it need no backward pass.
inline constexpr llvm::StringLiteral kLossFunction = "gradients.loss";
/// On both: the names of the parameters that it differentiates by, in order.
inline constexpr llvm::StringLiteral kWrtAttr = "wrt";

/// Adds functions that return the loss and its gradients, and the loss, and lowers what
/// the reference evaluator does not know: requests for gradients, and updates.
llvm::LogicalResult prepareReference(mlir::ModuleOp module);

/// Compares a compiled model with the module it was made from. All functions print
/// what they compare, and return false on a difference beyond its tolerance.
class Verifier {
public:
  /// `reference` has been through `prepareReference`. Both must outlive this.
  Verifier(LoadedModel &library, mlir::ModuleOp reference, uint64_t seed, const Tolerances &tolerances)
      : library(library), reference(reference), seed(seed), tolerances(tolerances) {}

  /// Runs entry point `entry` (GRADUS_ENTRY_TRAIN …) once in `session` and in the
  /// reference, and compares results and, after a training step, all variables.
  bool compareEntry(gradus_session_t *session, int entry);

  /// Compares gradients of the loss with central differences, in f64, from the
  /// variables of the last `compareEntry`: for every parameter the derivative of the loss
  /// in a direction that moves all of its elements with the product of gradient and
  /// direction.
  bool compareGradients();

  /// Runs all entry points in two new sessions, with one thread and with several, and
  /// compares results and variables: not a bit may differ.
  bool compareThreads();

private:
  LoadedModel &library;
  mlir::ModuleOp reference;
  uint64_t seed;
  Tolerances tolerances;
  reference::State initial; // variables before the entry point that ran last

  /// The reference's function for an entry point.
  mlir::func::FuncOp functionOf(int entry) const;
  reference::Tensor randomInput(mlir::BlockArgument argument) const;
  /// Random inputs of an entry point, as the reference takes them.
  std::vector<reference::Tensor> randomInputs(int entry) const;
  /// Runs an entry point; false, with the error printed, if that fails.
  bool run(gradus_session_t *session, int entry, llvm::ArrayRef<reference::Tensor> inputs) const;
  /// Runs all entry points in a new session, and puts the bytes of results and variables
  /// into `bytes`, by name.
  bool runAll(int threads, std::vector<std::pair<std::string, std::string>> &bytes) const;
  /// Fills optimizer state with random numbers and reads all variables.
  reference::State stateOf(gradus_session_t *session) const;
  bool compareOutputs(gradus_session_t *session, int entry, mlir::func::FuncOp function,
                      llvm::ArrayRef<reference::Tensor> want) const;
  bool compareVariables(gradus_session_t *session, const reference::State &want) const;
  /// How far the gradient of parameter `number` is from differences of the loss.
  double gradientError(llvm::StringRef parameter, uint64_t number, const reference::Tensor &gradient, double loss,
                       llvm::ArrayRef<reference::Tensor> inputs) const;
};

} // namespace gradus

#endif

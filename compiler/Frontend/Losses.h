//===- Losses.h - The formulas of losses ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_LOSSES_H
#define GRADUS_COMPILER_FRONTEND_LOSSES_H

#include "compiler/Frontend/ModelFile.h"
#include "mlir/IR/Builders.h"

namespace gradus {

/// What a loss compares.
struct LossKind {
  llvm::StringRef field;              ///< of proto::Train
  llvm::StringRef prediction, target; ///< the fields of its message that name the two
  /// Whether the target holds numbers of classes, which are the last dimension of the prediction.
  bool hasClasses;
};

/// The kind of the loss of a recipe; null if it has none.
const LossKind *lossKind(const proto::Train &train);

/// The settings of a loss with classes.
struct ClassSettings {
  double labelSmoothing = 0;
  llvm::ArrayRef<double> weights; ///< one per class; empty if all count alike
  std::optional<int64_t> ignored; ///< labels that do not count
};

/// Those of a recipe, which owns the weights.
ClassSettings classSettings(const proto::Train &train);

/// Prediction and target of a loss, checked to be of types that fit.
struct LossOperands {
  mlir::Value prediction, target;
};

/// The loss of a recipe before the mean: a value per label, times its weight, per row, or per element of the target.
mlir::Value buildLoss(mlir::OpBuilder &b, mlir::Location loc, const proto::Train &train, LossOperands in);

/// The labels of a loss with classes, with class 0 in the place of those that are ignored.
mlir::Value buildClasses(mlir::OpBuilder &b, mlir::Location loc, const proto::Train &train, LossOperands in);

/// 1 for each label that counts, 0 for those that are ignored; with the element type of the prediction. Null if all
/// count.
mlir::Value buildLabelMask(mlir::OpBuilder &b, mlir::Location loc, const proto::Train &train, LossOperands in);

/// By how much each label counts, which is what the mean divides by; null if all count alike.
mlir::Value buildLabelWeights(mlir::OpBuilder &b, mlir::Location loc, const proto::Train &train, LossOperands in);

} // namespace gradus

#endif

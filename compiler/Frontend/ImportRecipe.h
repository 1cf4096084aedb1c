//===- ImportRecipe.h - The parts of a recipe -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_IMPORTRECIPE_H
#define GRADUS_COMPILER_FRONTEND_IMPORTRECIPE_H

#include "compiler/Frontend/ImportContext.h"

namespace gradus {

/// The attribute of a model's recipe: data and settings of the training loop.
/// The model has a recipe and was checked. Fails after an error.
mlir::FailureOr<train::RecipeAttr> importRecipe(ImportContext &in);

/// The attribute of `dataset`, which is `node` of the file; null if it has no
/// source. Fails, after an error, unless it feeds each input of the model once.
mlir::FailureOr<train::DatasetAttr> importDataset(ImportContext &in, const proto::Dataset &dataset, SourceNode node);

/// The attribute of a learning rate, `node` of the file, whose warm-up is checked, too. Fails after an error.
mlir::FailureOr<train::ScheduleAttrInterface> importSchedule(ImportContext &in, const proto::Schedule &schedule,
                                                             SourceNode node);

/// Builds, in the entry point that is built, the gradients of `loss` with respect
/// to `parameters` (at least one), their clipping, and the updates of the
/// recipe's optimizer. Returns the learning rate, a tensor<f64>. Fails after an
/// error.
mlir::FailureOr<mlir::Value> importOptimizer(ImportContext &in, mlir::Value loss,
                                             llvm::ArrayRef<NamedValue> parameters);

} // namespace gradus

#endif

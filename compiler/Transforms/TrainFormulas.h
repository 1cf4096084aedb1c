//===- TrainFormulas.h - Optimizers and schedules as nn ops ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TRANSFORMS_TRAINFORMULAS_H
#define GRADUS_COMPILER_TRANSFORMS_TRAINFORMULAS_H

#include "mlir/IR/DialectRegistry.h"

namespace gradus {
/// Attaches train::UpdateOpInterface to the update ops of the train dialect.
void registerTrainUpdateOpInterfaceExternalModels(mlir::DialectRegistry &registry);
/// Attaches train::ScheduleAttrInterface to the schedules of the train dialect.
void registerTrainScheduleAttrInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace gradus

#endif

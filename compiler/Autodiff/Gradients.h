//===- Gradients.h - The derivative rules of the nn dialect ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_AUTODIFF_GRADIENTS_H
#define GRADUS_COMPILER_AUTODIFF_GRADIENTS_H

#include "mlir/IR/DialectRegistry.h"

namespace gradus {
/// Attaches DifferentiableOpInterface to the nn ops that have derivatives.
void registerNNDifferentiableOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace gradus

#endif

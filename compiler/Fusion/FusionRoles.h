//===- FusionRoles.h - How each nn op takes part in kernels ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FUSION_FUSIONROLES_H
#define GRADUS_COMPILER_FUSION_FUSIONROLES_H

#include "mlir/IR/DialectRegistry.h"

namespace gradus {
/// Attaches FusibleOpInterface to the nn ops.
void registerNNFusibleOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace gradus

#endif

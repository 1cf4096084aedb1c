//===- FusionRoles.h - How each op takes part in kernels ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FUSION_FUSIONROLES_H
#define GRADUS_COMPILER_FUSION_FUSIONROLES_H

#include "mlir/IR/DialectRegistry.h"

namespace gradus {
/// Attaches FusibleOpInterface to the nn ops and to rt.copy, and to the latter its
/// elementwise body.
void registerFusibleOpInterfaceExternalModels(mlir::DialectRegistry &registry);
} // namespace gradus

#endif

//===- InitAll.h - Registration of everything -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_INITALL_H
#define GRADUS_COMPILER_INITALL_H

#include "mlir/IR/DialectRegistry.h"

namespace gradus {
/// Registers our dialects, the upstream dialects they lower to, and the
/// interfaces and translations that lowering needs.
void registerAllDialects(mlir::DialectRegistry &registry);
/// Registers our passes and pipelines, for gradus-opt.
void registerAllPasses();
} // namespace gradus

#endif

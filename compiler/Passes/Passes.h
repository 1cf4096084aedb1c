//===- Passes.h - The passes of the compiler ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_PASSES_PASSES_H
#define GRADUS_COMPILER_PASSES_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/Pass.h"

namespace gradus {
#define GEN_PASS_DECL
#include "compiler/Passes/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

#endif

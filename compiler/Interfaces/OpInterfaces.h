//===- OpInterfaces.h - What the compiler asks of an op -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_INTERFACES_OPINTERFACES_H
#define GRADUS_COMPILER_INTERFACES_OPINTERFACES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

namespace gradus {

namespace reference {
struct State;
struct Tensor;
} // namespace reference

/// How an op takes part in kernels.
enum class FusionRole {
  /// One result element from the operand elements at the same index.
  Elementwise,
  /// Cheap to compute again at every use (constants, broadcasts, conditions):
  /// cloned into each kernel that needs it.
  Duplicable,
  /// Combines elements along dimensions (nn.reduce).
  Reduction,
  /// nn.matmul.
  Matmul,
  /// nn.scatter_add.
  Scatter,
  /// All else, such as data movement: a kernel of its own.
  Generic,
  /// No code at all: another shape for the same memory.
  View,
};

} // namespace gradus

#include "compiler/Interfaces/OpInterfaces.h.inc"

#endif

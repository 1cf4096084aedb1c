//===- RandomUniform.h - Counter-based random numbers as arith ops --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CONVERSION_RANDOMUNIFORM_H
#define GRADUS_COMPILER_CONVERSION_RANDOMUNIFORM_H

#include "mlir/IR/Builders.h"

namespace gradus {

/// Builds element `element` of nn.random_uniform, a `type` in [0, 1). `seed`,
/// `step` and `element` are i64; f32 and f64 get the same 24 bits. See
/// compiler/Reference/Philox.h for the same in C++.
mlir::Value randomUniform(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value seed, mlir::Value step,
                          int64_t stream, mlir::Value element, mlir::Type type);

} // namespace gradus

#endif

//===- Activations.h - Activation functions -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_ACTIVATIONS_H
#define GRADUS_COMPILER_FRONTEND_ACTIVATIONS_H

#include "compiler/Frontend/ModelFile.h"
#include "mlir/IR/Builders.h"

namespace gradus {

/// `activation`, a valid one, of a float tensor, with the default settings of the layer of that
/// name. Those of rows are along the last dimension, of which there must be one.
mlir::Value buildActivation(mlir::OpBuilder &b, mlir::Location loc, proto::Layer::Activation activation, mlir::Value x);

} // namespace gradus

#endif

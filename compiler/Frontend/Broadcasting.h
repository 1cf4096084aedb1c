//===- Broadcasting.h - Operands of elementwise layers --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_BROADCASTING_H
#define GRADUS_COMPILER_FRONTEND_BROADCASTING_H

#include "compiler/Frontend/LayerImporter.h"

namespace gradus {

/// Broadcasts `values`, inputs of the layer, to the one shape that NumPy's rules give them, each with
/// its own element type. Fails after an error if there is none, or if it is too large.
llvm::LogicalResult broadcastShapes(LayerImporter &in, llvm::MutableArrayRef<mlir::Value> values);

/// The same for values that must also have one element type.
llvm::LogicalResult broadcastTogether(LayerImporter &in, llvm::MutableArrayRef<mlir::Value> values);

} // namespace gradus

#endif

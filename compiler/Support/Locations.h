//===- Locations.h - From an op back to the line of the model -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_SUPPORT_LOCATIONS_H
#define GRADUS_COMPILER_SUPPORT_LOCATIONS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include <string>

namespace gradus {

/// The layer name an op's location carries; empty if it carries none.
llvm::StringRef layerName(mlir::Location loc);

/// `loc` under the name "bwd(<layer>)": the backward part of the layer.
mlir::Location backwardLoc(mlir::Location loc);

/// The file, line and column an op comes from, or null.
mlir::FileLineColLoc fileLoc(mlir::Location loc);

/// "file:line:col" of a location, or empty.
std::string locationText(mlir::Location loc);

/// One name for a group of ops, from their layers: "hidden1+relu",
/// "bwd(hidden1)+update(hidden1.weight)". At most four parts are spelled out.
std::string groupName(llvm::ArrayRef<mlir::Location> locs);

} // namespace gradus

#endif

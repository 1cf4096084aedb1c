//===- Scope.h - Names in a model -----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_SCOPE_H
#define GRADUS_COMPILER_FRONTEND_SCOPE_H

#include "compiler/TextFormat/Diagnostics.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/StringMap.h"

namespace gradus {

/// Names that the layers of a network or of a function can read, and what the
/// next layer reads by default.
struct Scope {
  llvm::StringMap<mlir::Value> values;
  mlir::Value current;
  std::string prefix;                           // of parameter names: "encoder.0."
  int depth = 0;                                // of functions and repeats around
  llvm::SmallVector<llvm::StringRef> functions; // being expanded

  /// The scope of a layer's own layers: nothing is defined, `first` is current.
  Scope inner(llvm::StringRef layerName, mlir::Value first) const;
  /// The value of a name; null if there is none.
  mlir::Value lookup(llvm::StringRef name) const { return values.lookup(name); }
  /// "; did you mean 'x'?" with the closest name; empty if none is close.
  std::string suggest(llvm::StringRef name) const;
};

/// Fails, after an error at `position`, if `name` cannot name a layer, a
/// dimension or the like.
llvm::LogicalResult checkName(llvm::StringRef name, const SourcePosition &position, Diagnostics &diagnostics);

} // namespace gradus

#endif

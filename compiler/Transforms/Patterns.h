//===- Patterns.h - Rewrites of the nn dialect, for passes to compose -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TRANSFORMS_PATTERNS_H
#define GRADUS_COMPILER_TRANSFORMS_PATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace gradus {

/// Adds the patterns of nn-decompose: composite ops become simpler nn ops. One
/// application to each op is enough; what they build is not composite.
void populateDecomposePatterns(mlir::RewritePatternSet &patterns);

/// Adds the patterns of nn-simplify, other than the folds of the dialect. They are
/// meant for the greedy driver.
void populateSimplifyPatterns(mlir::RewritePatternSet &patterns);

} // namespace gradus

#endif

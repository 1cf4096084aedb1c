//===- NNToLinalg.h - nn ops to linalg on tensors -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CONVERSION_NNTOLINALG_H
#define GRADUS_COMPILER_CONVERSION_NNTOLINALG_H

#include "mlir/IR/PatternMatch.h"

namespace gradus {

/// Adds the patterns of convert-nn-to-linalg: all nn ops but composites, which
/// nn-decompose rewrites before, and reshapes become linalg, tensor and arith ops.
/// One application to each op is enough.
void populateNNToLinalgPatterns(mlir::RewritePatternSet &patterns);

} // namespace gradus

#endif

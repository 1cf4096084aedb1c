//===- LinearMaps.h - Affine maps without divisions -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_SUPPORT_LINEARMAPS_H
#define GRADUS_DIALECTS_SUPPORT_LINEARMAPS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace gradus {

/// True if each result of `map` is a sum of dimensions, with factors, and a constant.
inline bool isLinear(mlir::AffineMap map) {
  auto rounds = [](mlir::AffineExpr e) {
    return e.getKind() == mlir::AffineExprKind::FloorDiv || e.getKind() == mlir::AffineExprKind::CeilDiv ||
           e.getKind() == mlir::AffineExprKind::Mod || e.getKind() == mlir::AffineExprKind::SymbolId;
  };
  return llvm::all_of(map.getResults(), [&](mlir::AffineExpr result) {
    return result.isPureAffine() && !result
                                         .walk([&](mlir::AffineExpr e) {
                                           return rounds(e) ? mlir::WalkResult::interrupt()
                                                            : mlir::WalkResult::advance();
                                         })
                                         .wasInterrupted();
  });
}

/// Per result of a linear map, the factor of each dimension and then the constant.
inline llvm::SmallVector<llvm::SmallVector<int64_t>> linearTermsOf(mlir::AffineMap map) {
  llvm::SmallVector<int64_t> at(map.getNumDims(), 0);
  llvm::SmallVector<int64_t> constants = map.compose(at);
  llvm::SmallVector<llvm::SmallVector<int64_t>> terms(map.getNumResults());
  for (int64_t &dim : at) {
    dim = 1;
    for (auto [row, value, constant] : llvm::zip_equal(terms, map.compose(at), constants))
      row.push_back(value - constant);
    dim = 0;
  }
  for (auto [row, constant] : llvm::zip_equal(terms, constants))
    row.push_back(constant);
  return terms;
}

} // namespace gradus

#endif

//===- ReadWindowsInPlace.cpp - Matmuls of windows without a copy ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include <limits>

namespace gradus {
#define GEN_PASS_DEF_READWINDOWSINPLACEPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// How many leading dimensions of `shape` have `count` elements together; none if no
/// number of them has.
std::optional<size_t> leadingDims(ArrayRef<int64_t> shape, int64_t count) {
  int64_t product = 1;
  for (size_t i = 0; i <= shape.size(); ++i) {
    if (product == count)
      return i;
    if (i < shape.size())
      product *= shape[i];
  }
  return std::nullopt;
}

// Pattern: matmul(reshape(affine_read(x)), y) -> contract(x, y)
struct ReadLhsInPlace : OpRewritePattern<MatmulOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(MatmulOp op, PatternRewriter &b) const override {
    auto reshape = op.getLhs().getDefiningOp<ReshapeOp>();
    auto read = reshape ? reshape.getInput().getDefiningOp<AffineReadOp>() : AffineReadOp();
    if (!read || op.getType().getRank() != 2 || op.getPrecision() != Precision::F32)
      return b.notifyMatchFailure(op, "the lhs is no matrix that is read through a map");
    // Kernels keep where each term is in 32 bits.
    if (read.getInput().getType().getNumElements() > std::numeric_limits<int32_t>::max())
      return b.notifyMatchFailure(op, "the lhs is too large");
    ArrayRef<int64_t> shape = read.getType().getShape();
    std::optional<size_t> split = leadingDims(shape, reshape.getType().getDimSize(0));
    if (!split)
      return b.notifyMatchFailure(op, "a dimension of the windows is cut");
    ArrayRef<int64_t> rows = shape.take_front(*split), terms = shape.drop_front(*split);
    AffineMap map = read.getMap();
    if (op.getTransposeLhs()) {
      std::swap(rows, terms);
      // From (rows, terms) to the dimensions of the windows, which begin with the terms.
      SmallVector<AffineExpr> dims;
      for (size_t i = 0; i < shape.size(); ++i)
        dims.push_back(b.getAffineDimExpr(i < *split ? rows.size() + i : i - *split));
      map = map.compose(AffineMap::get(shape.size(), 0, dims, b.getContext()));
    }
    b.replaceOpWithNewOp<ContractOp>(op, read.getInput(), op.getRhs(), rows, terms, map, op.getTransposeRhs());
    return success();
  }
};

struct ReadWindowsInPlacePass : gradus::impl::ReadWindowsInPlacePassBase<ReadWindowsInPlacePass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ReadLhsInPlace>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

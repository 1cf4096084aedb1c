//===- ReadInPlace.cpp - Reading operands instead of moving them ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include <limits>

namespace gradus {
#define GEN_PASS_DEF_READINPLACEPASS
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

/// The map of an op that moves elements: result[i…] = input[first + i * stride…] along each dimension.
AffineMap boxMap(OpBuilder &b, ArrayRef<int64_t> first, ArrayRef<int64_t> stride) {
  SmallVector<AffineExpr> exprs;
  for (auto [d, low, by] : llvm::enumerate(first, stride))
    exprs.push_back(b.getAffineDimExpr(d) * by + low);
  return AffineMap::get(exprs.size(), 0, exprs, b.getContext());
}

/// The map of a transposition: dimension `i` of the result is dimension `perm[i]` of the input.
AffineMap permutationMap(OpBuilder &b, ArrayRef<int64_t> perm) {
  return inversePermutation(AffineMap::getPermutationMap(perm, b.getContext()));
}

// Pattern: slice(x) -> affine_read(x)
struct ReadSlice : OpRewritePattern<SliceOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(SliceOp op, PatternRewriter &b) const override {
    b.replaceOpWithNewOp<AffineReadOp>(op, op.getType(), op.getInput(), boxMap(b, op.getStart(), op.getStride()));
    return success();
  }
};

// Pattern: transpose(x) -> affine_read(x)
struct ReadTranspose : OpRewritePattern<TransposeOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &b) const override {
    b.replaceOpWithNewOp<AffineReadOp>(op, op.getType(), op.getInput(), permutationMap(b, op.getPerm()));
    return success();
  }
};

// Pattern: pad(x) -> affine_read(x) with an else
struct ReadPad : OpRewritePattern<PadOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(PadOp op, PatternRewriter &b) const override {
    SmallVector<int64_t> first, stride(op.getLow().size(), 1);
    for (int64_t low : op.getLow())
      first.push_back(-low);
    b.replaceOpWithNewOp<AffineReadOp>(op, op.getType(), op.getInput(), AffineMapAttr::get(boxMap(b, first, stride)),
                                       op.getStrideAttr(), op.getValueAttr());
    return success();
  }
};

// Pattern: reduce(x) -> reduce(affine_read(x)) where dimensions in the middle are reduced, so that they are the last
struct ReduceLastDims : OpRewritePattern<ReduceOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &b) const override {
    ArrayRef<int64_t> dims = op.getDims(), shape = shapeOf(op.getInput());
    int64_t rank = shape.size(), count = dims.size();
    if (dims.empty() || dims.front() == rank - count || dims.back() == count - 1)
      return b.notifyMatchFailure(op, "reduces the first or the last dimensions");
    SmallVector<int64_t> order, sizes;
    for (int64_t dim = 0; dim < rank; ++dim)
      if (!llvm::is_contained(dims, dim))
        order.push_back(dim);
    llvm::append_range(order, dims);
    for (int64_t dim : order)
      sizes.push_back(shape[dim]);
    Value read = AffineReadOp::create(b, op.getLoc(), typeOf(op.getInput()).clone(sizes), op.getInput(),
                                      permutationMap(b, order));
    b.replaceOpWithNewOp<ReduceOp>(op, op.getKind(), read, llvm::to_vector(llvm::seq<int64_t>(rank - count, rank)));
    return success();
  }
};

// Pattern: affine_read(affine_read(x)) -> affine_read(x) where neither has an else
// A read that leaves its input stays by itself, so that matmuls can read its elements in place.
struct ComposeReads : OpRewritePattern<AffineReadOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(AffineReadOp op, PatternRewriter &b) const override {
    auto inner = op.getInput().getDefiningOp<AffineReadOp>();
    if (!inner || op.getFill() || inner.getFill())
      return b.notifyMatchFailure(op, "is no read of a read");
    b.replaceOpWithNewOp<AffineReadOp>(op, op.getType(), inner.getInput(), inner.getMap().compose(op.getMap()));
    return success();
  }
};

// Pattern: matmul(reshape(affine_read(x)), y) -> contract(x, y)
struct ReadLhsInPlace : OpRewritePattern<MatmulOp> {
  using Base::Base;
  LogicalResult matchAndRewrite(MatmulOp op, PatternRewriter &b) const override {
    auto reshape = op.getLhs().getDefiningOp<ReshapeOp>();
    auto read = reshape ? reshape.getInput().getDefiningOp<AffineReadOp>() : AffineReadOp();
    if (!read || read.getFill() || op.getType().getRank() != 2 || op.getPrecision() != Precision::F32)
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

struct ReadInPlacePass : gradus::impl::ReadInPlacePassBase<ReadInPlacePass> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ReadSlice, ReadTranspose, ReadPad, ReduceLastDims, ComposeReads>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    if (!contract)
      return;
    RewritePatternSet matmuls(&getContext());
    matmuls.add<ReadLhsInPlace>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(matmuls));
  }
};

} // namespace

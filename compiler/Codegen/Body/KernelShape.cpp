//===- KernelShape.cpp - What every target asks of a kernel's body --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelShape.h"
#include "dialects/Support/LinearMaps.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace gradus;

SmallVector<Type> gradus::bufferTypes(rt::KernelOp kernel, bool flat) {
  SmallVector<Type> types;
  for (Type t : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes())) {
    auto tensor = cast<RankedTensorType>(t);
    SmallVector<int64_t> shape(tensor.getShape());
    if (flat && !shape.empty())
      shape.assign(1, tensor.getNumElements());
    types.push_back(MemRefType::get(shape, tensor.getElementType()));
  }
  return types;
}

LogicalResult gradus::verifyStorable(rt::KernelOp kernel, bool onGPU) {
  for (Type t : llvm::concat<const Type>(kernel.getArgumentTypes(), kernel.getResultTypes())) {
    Type element = getElementTypeOrSelf(t);
    if (element.isInteger(1))
      return kernel.emitError("takes or returns a tensor of i1, which cannot be stored in memory; cast it to i32");
    if (element.isBF16() && !onGPU)
      return kernel.emitError("takes or returns a tensor of bf16, which only GPUs compute with; leave out "
                              "nn-lower-precision");
  }
  return success();
}

/// True if `kernel`, which has a reduction, computes what scatterOf describes.
static bool isScatter(rt::KernelOp kernel) {
  linalg::GenericOp op = firstReduction(kernel);
  Operation *yield = kernel.getBody().front().getTerminator();
  if (op.getNumDpsInputs() != 2 || yield->getOperands() != op.getResults())
    return false;
  auto updates = cast<RankedTensorType>(op.getDpsInputs()[0].getType());
  auto indices = cast<RankedTensorType>(op.getDpsInputs()[1].getType());
  ArrayRef<int64_t> table = shapeOf(op.getResult(0));
  if (table.empty() || !isa<FloatType>(updates.getElementType()) || !indices.getElementType().isInteger())
    return false;
  SmallVector<int64_t> shape(indices.getShape());
  llvm::append_range(shape, table.drop_front());
  return updates.getShape() == ArrayRef(shape);
}

/// True if a kernel has the elements of `tensor`: they are stored, computed, or all the
/// same.
static bool hasElements(Value tensor) {
  Operation *def = tensor.getDefiningOp();
  if (!def || isa<linalg::GenericOp, nn::AffineReadOp>(def))
    return true;
  auto constant = dyn_cast<arith::ConstantOp>(def);
  return constant && isa<SplatElementsAttr>(constant.getValue());
}

/// True if each term of `e`, a sum, depends on one of the dimensions `m` and `k` only.
static bool isSeparable(AffineExpr e, unsigned m, unsigned k) {
  if (auto sum = dyn_cast<AffineBinaryOpExpr>(e); sum && sum.getKind() == AffineExprKind::Add)
    return isSeparable(sum.getLHS(), m, k) && isSeparable(sum.getRHS(), m, k);
  return !e.isFunctionOfDim(m) || !e.isFunctionOfDim(k);
}

/// True for the lhs of an nn.contract: its map is of the loops m and k of (m, n, k), which
/// it does not mix, and the other maps choose dimensions.
static bool readsLhsThroughMap(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (maps.size() != 3 || op.getNumLoops() != 3 || op.getNumReductionLoops() != 1 || maps[0].isProjectedPermutation())
    return false;
  bool plainRest = maps[1].isProjectedPermutation() && maps[1].getNumResults() == 2 && maps[2].isProjectedPermutation();
  return plainRest && maps[0].getNumSymbols() == 0 && llvm::all_of(maps[0].getResults(), [](AffineExpr e) {
           return e.isPureAffine() && !e.isFunctionOfDim(1) && isSeparable(e, 0, 2);
         });
}

/// Fails at an op that reads what has no elements, or through a map that the emitters
/// do not know: loops that reduce choose dimensions, others are sums of them.
static LogicalResult verifyReads(Operation &op, rt::KernelKind kind) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (isa<rt::YieldOp, nn::AffineReadOp>(op) ? !llvm::all_of(op.getOperands(), hasElements)
                                             : generic && !llvm::all_of(generic.getInputs(), hasElements))
    return op.emitError("reads a tensor that no linalg.generic of the kernel computes");
  if (!generic)
    return success();
  bool reduces = generic.getNumReductionLoops() > 0;
  if (kind == rt::KernelKind::Matmul && readsLhsThroughMap(generic))
    return success();
  if (!llvm::all_of(generic.getIndexingMapsArray(),
                    [&](AffineMap m) { return reduces ? m.isProjectedPermutation() : isLinear(m); }))
    return op.emitError(reduces ? "has an indexing map that is no choice of dimensions"
                                : "has an indexing map that is not linear");
  return success();
}

LogicalResult gradus::verifyBody(rt::KernelOp kernel) {
  if (kernel.getResultTypes().empty())
    return kernel.emitError("has no result");
  rt::KernelKind kind = kernel.getKind();
  if (kind == rt::KernelKind::Generic)
    return success();
  for (Operation &op : kernel.getBody().front().without_terminator())
    if (!isa<linalg::GenericOp, linalg::FillOp, nn::AffineReadOp, tensor::EmptyOp, arith::ConstantOp>(op))
      return op.emitError() << "cannot be in a kernel of kind " << rt::stringifyKernelKind(kind)
                            << "; run convert-nn-to-linalg before";
  for (Operation &op : kernel.getBody().front())
    if (failed(verifyReads(op, kind)))
      return failure();
  SmallVector<linalg::GenericOp> reductions = reductionsOf(kernel);
  if (kind != rt::KernelKind::Elementwise && reductions.empty())
    return kernel.emitError() << "is of kind " << rt::stringifyKernelKind(kind) << ", but has no reduction";
  if (kind == rt::KernelKind::Scatter && !isScatter(kernel))
    return kernel.emitError("is of kind scatter, but is more or less than one nn.scatter_add");
  return success();
}

/// The offset in a tensor of `shape` of what `map` reads where the loop `zero` is at 0.
static AffineExpr offsetOf(AffineMap map, ArrayRef<int64_t> shape, unsigned zero) {
  MLIRContext *context = map.getContext();
  AffineExpr offset = getAffineConstantExpr(0, context);
  for (auto [e, size] : llvm::zip_equal(map.getResults(), shape))
    offset = offset * size + e.replace(getAffineDimExpr(zero, context), getAffineConstantExpr(0, context));
  return offset;
}

MatmulLoops gradus::matmulLoopsOf(linalg::GenericOp op) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  unsigned rank = ranges.size() - 1;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto lastIsK = [&](unsigned operand) {
    return cast<AffineDimExpr>(maps[operand].getResult(rank - 1)).getPosition() == rank;
  };
  MatmulLoops shape;
  shape.batch.assign(ranges.begin(), ranges.begin() + rank - 2);
  shape.m = ranges[rank - 2];
  shape.n = ranges[rank - 1];
  shape.k = ranges[rank];
  shape.transposedRhs = lastIsK(1);
  if (readsLhsThroughMap(op)) {
    ArrayRef<int64_t> lhs = shapeOf(op.getDpsInputs()[0]);
    AffineExpr constant = offsetOf(maps[0], lhs, 0)
                              .replace(getAffineDimExpr(2, op.getContext()), getAffineConstantExpr(0, op.getContext()));
    shape.transposedLhs = false;
    shape.rowOffset = offsetOf(maps[0], lhs, 2);
    shape.termOffset = offsetOf(maps[0], lhs, 0) - constant;
    return shape;
  }
  shape.transposedLhs = !lastIsK(0);
  return shape;
}

ScatterShape gradus::scatterOf(rt::KernelOp kernel) {
  linalg::GenericOp op = firstReduction(kernel);
  ScatterShape shape{op.getDpsInputs()[0], op.getDpsInputs()[1], 0, {}, {}};
  ArrayRef<int64_t> table = shapeOf(op.getResult(0));
  shape.rows = table.front();
  shape.row.assign(table.begin() + 1, table.end());
  shape.lead.assign(shapeOf(shape.indices).begin(), shapeOf(shape.indices).end());
  return shape;
}

bool gradus::isFlat(rt::KernelOp kernel) {
  bool flat = true;
  ArrayRef<int64_t> shape = shapeOf(kernel.getBody().front().getTerminator()->getOperand(0));
  kernel.walk([&](Operation *op) {
    if (isa<linalg::IndexOp>(op))
      flat &= shape.size() == 1;
    flat &= !isa<nn::AffineReadOp>(op);
    if (auto generic = dyn_cast<linalg::GenericOp>(op))
      for (AffineMap map : generic.getIndexingMapsArray())
        flat &= map.isIdentity() || map.getNumResults() == 0;
  });
  return flat && !shape.empty();
}

bool gradus::isReduction(Operation &op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumReductionLoops() > 0;
}

SmallVector<linalg::GenericOp> gradus::reductionsOf(rt::KernelOp kernel) {
  SmallVector<linalg::GenericOp> reductions;
  for (Operation &op : kernel.getBody().front())
    if (isReduction(op))
      reductions.push_back(cast<linalg::GenericOp>(op));
  return reductions;
}

linalg::GenericOp gradus::firstReduction(rt::KernelOp kernel) { return reductionsOf(kernel).front(); }

TypedAttr gradus::identityOf(linalg::GenericOp reduction) {
  auto fill = reduction.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  return cast<TypedAttr>(fill.getInputs()[0].getDefiningOp<arith::ConstantOp>().getValue());
}

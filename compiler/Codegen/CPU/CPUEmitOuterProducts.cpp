//===- CPUEmitOuterProducts.cpp - The register-tiled matmul ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/CPUOuterProducts.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

OuterProducts::OuterProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan)
    : CPUMatmul(kernel, target, plan), panel(plan.vectors * width), panels(llvm::divideCeil(loops.n, panel)),
      tiles(llvm::divideCeil(loops.m, plan.rows)) {}

SmallVector<Value> OuterProducts::multiply(const Tile &tile, Value begin, Value end, Operands operands) {
  int64_t vectors = vectorsOf(tile);
  SmallVector<Value> init(sumsOf(tile), zeros());
  return LoopBuilder::loop(begin, end, index(1), init, [&](Value k, ValueRange sums) {
    SmallVector<Value> next(sums), rhsVectors;
    for (int64_t j = 0; j < vectors; ++j)
      rhsVectors.push_back(operands.rhs(k, j));
    for (int64_t i = 0; i < tile.rows; ++i) {
      Value broadcast = vector::BroadcastOp::create(b, evaluator.vectorOf(element), operands.lhs(k, i));
      for (int64_t j = 0; j < vectors; ++j) {
        Value &sum = next[i * vectors + j];
        sum = vector::FMAOp::create(b, rhsVectors[j], broadcast, sum);
      }
    }
    return next;
  });
}

void OuterProducts::storeTile(const Tile &tile, ArrayRef<Value> sums) {
  int64_t vectors = vectorsOf(tile);
  SmallVector<Value> row, column;
  for (int64_t i = 0; i < tile.rows; ++i)
    row.push_back(add(tile.m0, i));
  for (int64_t j = 0; j < vectors; ++j)
    column.push_back(add(tile.n0, j * width));
  evaluator.newScope();
  for (int64_t j = 0; j < vectors; ++j) {
    bool isEdge = j == vectors - 1 && tile.columns % width;
    evaluator.setMask(isEdge ? evaluator.firstLanes(tile.columns % width) : Value());
    for (int64_t i = 0; i < tile.rows; ++i)
      emitEpilogue(evaluator, sums[i * vectors + j], tile.batch, row[i], column[j]);
  }
  evaluator.setMask({});
  evaluator.newScope();
}

int64_t OuterProducts::lhsScratchBytes() const {
  return loops.readsThroughMap() ? llvm::alignTo(loops.k * sizeof(int32_t), rt::kSlotAlignment) : 0;
}

void OuterProducts::prepareLhs() {
  if (!loops.readsThroughMap())
    return;
  auto type = cast<MemRefType>(lhs.getType());
  ReassociationIndices all = llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()));
  flatLhs = memref::CollapseShapeOp::create(b, lhs, ArrayRef{all});
  termOffsets =
      memref::ViewOp::create(b, MemRefType::get({loops.k}, b.getI32Type()), scratch(), index(0), ValueRange());
  loop(index(0), index(loops.k), 1, [&](Value k) {
    Value zero = index(0);
    Value offset = affine::expandAffineExpr(b, b.getLoc(), loops.termOffset, ValueRange{zero, zero, k}, {});
    memref::StoreOp::create(b, arith::IndexCastOp::create(b, b.getI32Type(), offset), termOffsets, ValueRange{k});
  });
}

Value OuterProducts::loadLhs(const Tile &tile, Value k, int64_t i) {
  if (!loops.readsThroughMap())
    return memref::LoadOp::create(b, lhs, indices(tile.batch, add(tile.m0, i), k, loops.transposedLhs));
  // LLVM moves what depends on the row only out of the loop over k.
  Value zero = index(0);
  Value row = affine::expandAffineExpr(b, b.getLoc(), loops.rowOffset, ValueRange{add(tile.m0, i), zero, zero}, {});
  Value term = memref::LoadOp::create(b, termOffsets, ValueRange{k});
  return memref::LoadOp::create(b, flatLhs,
                                ValueRange{add(row, arith::IndexCastOp::create(b, b.getIndexType(), term))});
}

Value OuterProducts::loadRhs(const Tile &tile, Value k, int64_t j) {
  bool isEdge = (j + 1) * width > tile.columns;
  evaluator.setMask(isEdge ? evaluator.firstLanes(tile.columns % width) : Value());
  Value v = evaluator.load(rhs, Position::vector(indices(tile.batch, k, add(tile.n0, j * width))));
  evaluator.setMask({});
  return v;
}

namespace {

/// Both operands are read in place; a work item is one tile.
class DirectEmitter : OuterProducts {
public:
  using OuterProducts::OuterProducts;

  void emit() {
    setWorkItems(loops.batches() * panels * tiles);
    if (lhsScratchBytes() > 0)
      setScratchBytes(lhsScratchBytes());
    prepareLhs();
    loop(begin(), end(), 1, [&](Value item) {
      Value tile = rem(item, tiles), p = rem(div(item, tiles), panels);
      SmallVector<Value> batch = delinearize(div(item, tiles * panels), loops.batch);
      Value m0 = mul(tile, plan.rows), n0 = mul(p, panel);
      tileSizes(p, loops.n, panel, [&](int64_t columns) {
        tileSizes(tile, loops.m, plan.rows, [&](int64_t rows) { emitTile({batch, m0, rows, n0, columns}); });
      });
    });
  }

private:
  void emitTile(const Tile &tile) {
    auto sumsOver = [&](Value begin, Value end) {
      return multiply(tile, begin, end,
                      {[&](Value k, int64_t i) { return loadLhs(tile, k, i); },
                       [&](Value k, int64_t j) { return loadRhs(tile, k, j); }});
    };
    if (plan.depth == loops.k)
      return storeTile(tile, sumsOver(index(0), index(loops.k)));
    SmallVector<Value> zero(sumsOf(tile), zeros());
    storeTile(tile, reduceInBlocks(*this, loops.k, plan.depth, zero, sumsOver));
  }
};

} // namespace

void gradus::cpu::emitOuterProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan) {
  DirectEmitter(kernel, target, plan).emit();
}

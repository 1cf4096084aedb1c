//===- CPUEmitDotProducts.cpp - Matmul by dot products --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For few rows and a rhs stored [n, k], both operands contiguous in k: sums are
// vectorized over k, so that nothing is packed, and what a tile reads of the rhs
// stays in the L1 cache for all rows. A sum ascends in each lane, in blocks where it
// is long (LongSum.h), then the lanes are summed, so that its order depends on the
// shape and the vector's size only.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Body/LongSum.h"
#include "compiler/Codegen/CPU/CPUMatmul.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

class DotProductEmitter : CPUMatmul {
public:
  DotProductEmitter(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan)
      : CPUMatmul(kernel, target, plan), epilogue(b, entry(), plan.columns) {
    bindArguments(epilogue);
  }

  /// A work item is one tile of `plan.rows` x `plan.columns` dot products.
  void emit() {
    int64_t groups = llvm::divideCeil(loops.n, plan.columns), tiles = llvm::divideCeil(loops.m, plan.rows);
    setWorkItems(loops.batches() * groups * tiles);
    loop(begin(), end(), 1, [&](Value item) {
      Value tile = rem(item, tiles), group = rem(div(item, tiles), groups);
      SmallVector<Value> batch = delinearize(div(item, tiles * groups), loops.batch);
      Value m0 = mul(tile, plan.rows), n0 = mul(group, plan.columns);
      tileSizes(group, loops.n, plan.columns, [&](int64_t columns) {
        tileSizes(tile, loops.m, plan.rows, [&](int64_t rows) { emitTile(batch, m0, rows, n0, columns); });
      });
    });
  }

private:
  KernelEvaluator epilogue; // its vectors are rows of a tile

  void emitTile(ArrayRef<Value> batch, Value m0, int64_t rows, Value n0, int64_t columns) {
    SmallVector<Value> row, sums(rows * columns); // by row, then column
    for (int64_t i = 0; i < rows; ++i)
      row.push_back(add(m0, i));
    for (int64_t j = 0; j < columns; j += plan.streams) {
      int64_t count = std::min(plan.streams, columns - j);
      SmallVector<Value> some = accumulate(batch, row, add(n0, j), count);
      for (int64_t i = 0; i < rows; ++i)
        llvm::copy(ArrayRef(some).slice(i * count, count), sums.begin() + i * columns + j);
    }
    epilogue.newScope();
    if (columns < plan.columns)
      epilogue.setMask(epilogue.firstLanes(columns));
    for (int64_t i = 0; i < rows; ++i) {
      SmallVector<Value> vectors(ArrayRef(sums).slice(i * columns, columns));
      vectors.resize(plan.columns, zeros());
      emitEpilogue(epilogue, sumLanes(vectors), batch, row[i], n0);
    }
    epilogue.setMask({});
    epilogue.newScope();
  }

  /// Vectors whose lanes sum to the dot products of the rows `row` of the lhs with
  /// `columns` rows of the rhs from n0 on; by row, then column.
  SmallVector<Value> accumulate(ArrayRef<Value> batch, ArrayRef<Value> row, Value n0, int64_t columns) {
    SmallVector<Value> column, zero(row.size() * columns, zeros()), sums(zero);
    for (int64_t j = 0; j < columns; ++j)
      column.push_back(add(n0, j));
    int64_t full = loops.k / width * width;
    auto sumsOver = [&](Value begin, Value end) {
      return LoopBuilder::loop(begin, end, index(width), zero, [&](Value k0, ValueRange carried) {
        return multiplyStep(batch, row, column, k0, carried);
      });
    };
    if (plan.depth < loops.k)
      sums = reduceInBlocks(*this, full, plan.depth, zero, sumsOver);
    else if (full)
      sums = sumsOver(index(0), index(full));
    if (loops.k > full) {
      evaluator.setMask(evaluator.firstLanes(loops.k - full));
      sums = multiplyStep(batch, row, column, index(full), sums);
      evaluator.setMask({});
    }
    return sums;
  }

  /// Adds the products of a vector of elements from k0 on to `sums`.
  SmallVector<Value> multiplyStep(ArrayRef<Value> batch, ArrayRef<Value> row, ArrayRef<Value> column, Value k0,
                                  ValueRange sums) {
    auto load = [&](Value buffer, Value r) { return evaluator.load(buffer, Position::vector(indices(batch, r, k0))); };
    SmallVector<Value> next(sums), lhsVectors;
    for (Value r : row)
      lhsVectors.push_back(load(lhs, r));
    for (size_t j = 0; j < column.size(); ++j) {
      Value rhsVector = load(rhs, column[j]);
      for (size_t i = 0; i < row.size(); ++i) {
        Value &sum = next[i * column.size() + j];
        sum = vector::FMAOp::create(b, lhsVectors[i], rhsVector, sum);
      }
    }
    return next;
  }

  /// The sums over the lanes of each of the vectors, as many as a power of two, as
  /// the lanes of one vector. In step d, lanes whose bit d is clear keep the sums of
  /// one vector of a pair, the others those of the second, so that all lanes work in
  /// every addition.
  Value sumLanes(SmallVector<Value> v) {
    int64_t d = 1;
    for (; v.size() > 1; d *= 2) {
      SmallVector<int64_t> own, other;
      for (int64_t i = 0; i < width; ++i) {
        int64_t source = i & d ? width : 0;
        own.push_back(source + i);
        other.push_back(source + (i ^ d));
      }
      for (size_t i = 0; i < v.size() / 2; ++i)
        v[i] = addShuffled(v[2 * i], v[2 * i + 1], own, other);
      v.resize(v.size() / 2);
    }
    for (int64_t n = width / 2; n >= d; n /= 2)
      v[0] = addShuffled(v[0], v[0], llvm::to_vector(llvm::seq<int64_t>(0, n)),
                         llvm::to_vector(llvm::seq<int64_t>(n, 2 * n)));
    return v[0];
  }

  /// The sum of two vectors, each picked from the lanes of `first` and `second`.
  Value addShuffled(Value first, Value second, ArrayRef<int64_t> lhsLanes, ArrayRef<int64_t> rhsLanes) {
    return arith::AddFOp::create(b, vector::ShuffleOp::create(b, first, second, lhsLanes),
                                 vector::ShuffleOp::create(b, first, second, rhsLanes));
  }
};

} // namespace

void gradus::cpu::emitDotProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan) {
  DotProductEmitter(kernel, target, plan).emit();
}

//===- CPUEmitOuterProducts.cpp - The register-tiled matmul ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The microkernel: accumulators of rows x vectors are carried by the loop over k
// as SSA values; each step loads the vectors of a row of the rhs, broadcasts one
// element of the lhs per row and multiplies (an outer product). The fused epilogue
// is applied to the accumulators before the only store. The sum over k ascends, so
// that its order depends on the shape only.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/CPU/CPUMatmul.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

class OuterProductEmitter : CPUMatmul {
public:
  OuterProductEmitter(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan)
      : CPUMatmul(kernel, target, plan), panel(plan.vectors * width), panels(llvm::divideCeil(loops.n, panel)),
        tiles(llvm::divideCeil(loops.m, plan.rows)) {}

  void emit() {
    if (plan.method == MatmulPlan::Method::Packed)
      emitPacked();
    else
      emitDirect();
  }

private:
  /// Columns of a tile, and how many tiles there are across and down a matrix.
  int64_t panel, panels, tiles;

  /// The rhs is read in place; a work item is one tile.
  void emitDirect() {
    setWorkItems(loops.batches() * panels * tiles);
    loop(begin(), end(), 1, [&](Value item) {
      Value tile = rem(item, tiles), p = rem(div(item, tiles), panels);
      SmallVector<Value> batch = delinearize(div(item, tiles * panels), loops.batch);
      Value m0 = mul(tile, plan.rows), n0 = mul(p, panel);
      tileSizes(p, loops.n, panel, [&](int64_t columns) {
        tileSizes(tile, loops.m, plan.rows, [&](int64_t rows) {
          emitTile(batch, m0, rows, n0, columns, [&](Value k, int64_t j) { return loadRhs(batch, k, n0, columns, j); });
        });
      });
    });
  }

  /// A work item packs some panels of the rhs into scratch memory, then computes all
  /// rows of their columns.
  void emitPacked() {
    int64_t blocks = llvm::divideCeil(panels, plan.panels);
    setWorkItems(loops.batches() * blocks);
    setScratchBytes(plan.panels * loops.k * panel * byteSize(element));
    auto packedType = MemRefType::get({plan.panels, loops.k, panel}, element);
    Value packed = memref::ViewOp::create(b, packedType, scratch(), index(0), ValueRange());
    loop(begin(), end(), 1, [&](Value item) {
      Value first = mul(rem(item, blocks), plan.panels);
      SmallVector<Value> batch = delinearize(div(item, blocks), loops.batch);
      Value last = min(add(first, plan.panels), panels);
      loop(first, last, 1, [&](Value p) {
        Value slot = sub(p, first);
        tileSizes(p, loops.n, panel, [&](int64_t columns) { emitPack(batch, packed, slot, mul(p, panel), columns); });
      });
      loop(index(0), index(tiles), 1, [&](Value tile) {
        tileSizes(tile, loops.m, plan.rows, [&](int64_t rows) {
          loop(first, last, 1, [&](Value p) {
            Value slot = sub(p, first);
            tileSizes(p, loops.n, panel, [&](int64_t columns) {
              emitTile(batch, mul(tile, plan.rows), rows, mul(p, panel), columns, [&](Value k, int64_t j) -> Value {
                return vector::LoadOp::create(b, evaluator.vectorOf(element), packed,
                                              ValueRange{slot, k, index(j * width)});
              });
            });
          });
        });
      });
    });
  }

  /// Vector `j` of the `columns` columns from n0 on, in row k of the rhs.
  Value loadRhs(ArrayRef<Value> batch, Value k, Value n0, int64_t columns, int64_t j) {
    evaluator.setMask((j + 1) * width > columns ? evaluator.firstLanes(columns % width) : Value());
    Value v = evaluator.load(rhs, Position::vector(indices(batch, k, add(n0, j * width))));
    evaluator.setMask({});
    return v;
  }

  /// One register tile, at row m0 and column n0; `loadVector(k, j)` gives the j-th
  /// vector of its columns in row k of the rhs.
  void emitTile(ArrayRef<Value> batch, Value m0, int64_t rows, Value n0, int64_t columns,
                function_ref<Value(Value, int64_t)> loadVector) {
    int64_t vectors = llvm::divideCeil(columns, width);
    SmallVector<Value> row, init(rows * vectors, zeros());
    for (int64_t i = 0; i < rows; ++i)
      row.push_back(add(m0, i));
    SmallVector<Value> sums =
        LoopBuilder::loop(index(0), index(loops.k), index(1), init, [&](Value k, ValueRange carried) {
          return multiplyStep(batch, row, k, vectors, carried, loadVector);
        });
    SmallVector<Value> column;
    for (int64_t j = 0; j < vectors; ++j)
      column.push_back(add(n0, j * width));
    evaluator.newScope();
    for (int64_t j = 0; j < vectors; ++j) {
      bool isEdge = j == vectors - 1 && columns % width;
      evaluator.setMask(isEdge ? evaluator.firstLanes(columns % width) : Value());
      for (int64_t i = 0; i < rows; ++i)
        emitEpilogue(evaluator, sums[i * vectors + j], batch, row[i], column[j]);
    }
    evaluator.setMask({});
    evaluator.newScope();
  }

  /// Adds the outer product of column k of the lhs and row k of the rhs to `sums`,
  /// which are ordered by row, then vector.
  SmallVector<Value> multiplyStep(ArrayRef<Value> batch, ArrayRef<Value> row, Value k, int64_t vectors, ValueRange sums,
                                  function_ref<Value(Value, int64_t)> loadVector) {
    SmallVector<Value> next(sums), rhsVectors;
    for (int64_t j = 0; j < vectors; ++j)
      rhsVectors.push_back(loadVector(k, j));
    for (size_t i = 0; i < row.size(); ++i) {
      Value scalar = memref::LoadOp::create(b, lhs, indices(batch, row[i], k, loops.transposedLhs));
      Value broadcast = vector::BroadcastOp::create(b, evaluator.vectorOf(element), scalar);
      for (int64_t j = 0; j < vectors; ++j) {
        Value &sum = next[i * vectors + j];
        sum = vector::FMAOp::create(b, rhsVectors[j], broadcast, sum);
      }
    }
    return next;
  }

  /// packed[slot, 0…k, 0…] = the `columns` columns of the rhs from n0 on.
  void emitPack(ArrayRef<Value> batch, Value packed, Value slot, Value n0, int64_t columns) {
    if (loops.transposedRhs)
      return emitTransposedPack(batch, packed, slot, n0, columns);
    loop(index(0), index(loops.k), 1, [&](Value k) {
      for (int64_t j = 0; j * width < columns; ++j)
        vector::StoreOp::create(b, loadRhs(batch, k, n0, columns, j), packed, ValueRange{slot, k, index(j * width)});
    });
  }

  /// The same where the rhs is stored [n, k]: squares of width x width elements are
  /// transposed in registers.
  void emitTransposedPack(ArrayRef<Value> batch, Value packed, Value slot, Value n0, int64_t columns) {
    int64_t full = loops.k / width * width;
    for (int64_t j = 0; j < columns; j += width) {
      int64_t count = std::min(width, columns - j);
      auto pack = [&](Value k0, int64_t depth) {
        Value square = transposeSquare(batch, add(n0, j), count, k0, depth);
        for (int64_t i = 0; i < depth; ++i) {
          Value row = vector::ExtractOp::create(b, square, ArrayRef<int64_t>{i});
          vector::StoreOp::create(b, row, packed, ValueRange{slot, add(k0, i), index(j)});
        }
      };
      if (full)
        loop(index(0), index(full), width, [&](Value k0) { pack(k0, width); });
      if (loops.k > full)
        pack(index(full), loops.k - full);
    }
  }

  /// The transpose of `count` rows, from n0 on, by `depth` elements, from k0 on, of a
  /// rhs stored [n, k]; the rest of the square is zero.
  Value transposeSquare(ArrayRef<Value> batch, Value n0, int64_t count, Value k0, int64_t depth) {
    auto type = VectorType::get({width, width}, element);
    Value square = arith::ConstantOp::create(b, b.getZeroAttr(type));
    evaluator.setMask(depth < width ? evaluator.firstLanes(depth) : Value());
    for (int64_t i = 0; i < count; ++i) {
      Value row = evaluator.load(rhs, Position::vector(indices(batch, add(n0, i), k0)));
      square = vector::InsertOp::create(b, row, square, ArrayRef<int64_t>{i});
    }
    evaluator.setMask({});
    return vector::TransposeOp::create(b, square, ArrayRef<int64_t>{1, 0});
  }
};

} // namespace

void gradus::cpu::emitOuterProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan) {
  OuterProductEmitter(kernel, target, plan).emit();
}

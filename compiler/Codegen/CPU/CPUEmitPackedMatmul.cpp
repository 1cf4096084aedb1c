//===- CPUEmitPackedMatmul.cpp - Matmul on copies of its operands ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item copies some panels of the rhs, and each tile of rows of the lhs, into
// scratch memory in the order in which the microkernel reads them; then neither the
// stride of an operand nor its transposition costs anything in the inner loop. Where k
// is long, that is done block by block, and totals of the item's tiles wait in scratch
// memory too, so that its size does not grow with k.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/CPU/CPUOuterProducts.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

class PackedEmitter : OuterProducts {
public:
  PackedEmitter(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan)
      : OuterProducts(kernel, target, plan), depth(plan.depth), isLong(depth < loops.k) {}

  void emit() {
    int64_t groups = llvm::divideCeil(panels, plan.panels), chunks = llvm::divideCeil(tiles, plan.rowTiles);
    setWorkItems(loops.batches() * groups * chunks);
    allocateScratch();
    prepareLhs();
    loop(begin(), end(), 1, [&](Value number) {
      Value group = rem(number, groups), chunk = rem(div(number, groups), chunks);
      SmallVector<Value> batch = delinearize(div(number, groups * chunks), loops.batch);
      Item item{batch, mul(group, plan.panels), {}, mul(chunk, plan.rowTiles), {}};
      item.panelsEnd = min(add(item.firstPanel, plan.panels), panels);
      item.tilesEnd = min(add(item.firstTile, plan.rowTiles), tiles);
      emitItem(item);
    });
  }

private:
  /// The part of a matrix of the result that a work item computes: ranges of panels
  /// and of tiles of rows.
  struct Item {
    ArrayRef<Value> batch;
    Value firstPanel, panelsEnd, firstTile, tilesEnd;
  };

  int64_t depth; // steps of k that are packed at a time
  bool isLong;   // there are more than that
  // In scratch memory: panels of the rhs [panels, depth, panel], a tile of the lhs
  // [depth, rows up to whole vectors], and totals [tiles, panels, 2 * sums, lanes].
  // Null where not needed.
  Value packedRhs, packedLhs, totals;

  void allocateScratch() {
    int64_t bytes = lhsScratchBytes();
    SmallVector<std::pair<Value *, MemRefType>> buffers;
    if (plan.packsRhs)
      buffers.emplace_back(&packedRhs, MemRefType::get({plan.panels, depth, panel}, element));
    if (plan.packsLhs)
      buffers.emplace_back(&packedLhs, MemRefType::get({depth, int64_t(llvm::alignTo(plan.rows, width))}, element));
    if (isLong)
      buffers.emplace_back(&totals,
                           MemRefType::get({plan.rowTiles, plan.panels, 2 * plan.rows * plan.vectors, width}, element));
    SmallVector<int64_t> offsets;
    for (auto [buffer, type] : buffers) {
      offsets.push_back(bytes);
      bytes += llvm::alignTo(byteSize(type), rt::kSlotAlignment);
    }
    setScratchBytes(bytes);
    for (auto [buffer, offset] : llvm::zip_equal(buffers, offsets))
      *buffer.first = memref::ViewOp::create(b, buffer.second, scratch(), index(offset), ValueRange());
  }

  void emitItem(const Item &item) {
    if (!isLong) {
      packRhs(item, index(0), depth);
      forEachTile(item, index(0), depth,
                  [&](const Tile &tile, Value, Value, ArrayRef<Value> sums) { storeTile(tile, sums); });
      return;
    }
    clearTotals(item);
    int64_t full = loops.k / depth * depth;
    auto emitBlock = [&](Value k0, int64_t steps) {
      packRhs(item, k0, steps);
      forEachTile(item, k0, steps,
                  [&](const Tile &, Value t, Value p, ArrayRef<Value> sums) { addTotals(t, p, sums); });
    };
    loop(index(0), index(full), depth, [&](Value k0) { emitBlock(k0, depth); });
    if (loops.k > full)
      emitBlock(index(full), loops.k - full);
    forEachTile(item, index(0), 0, [&](const Tile &tile, Value t, Value p, ArrayRef<Value>) {
      SmallVector<Value> sums;
      for (int64_t i = 0; i < sumsOf(tile); ++i)
        sums.push_back(totalAt(t, p, i).result(b));
      storeTile(tile, sums);
    });
  }

  /// Calls `body` for the tiles of `item`, with the number of each in the item's tiles
  /// and panels and its sums over `steps` steps of k from k0 on; none for 0 steps.
  void forEachTile(const Item &item, Value k0, int64_t steps,
                   function_ref<void(const Tile &, Value, Value, ArrayRef<Value>)> body) {
    loop(item.firstTile, item.tilesEnd, 1, [&](Value t) {
      Value m0 = mul(t, plan.rows);
      tileSizes(t, loops.m, plan.rows, [&](int64_t rows) {
        if (plan.packsLhs && steps)
          packLhs(item, m0, rows, k0, steps);
        loop(item.firstPanel, item.panelsEnd, 1, [&](Value p) {
          Value ownPanel = sub(p, item.firstPanel);
          tileSizes(p, loops.n, panel, [&](int64_t columns) {
            Tile tile{item.batch, m0, rows, mul(p, panel), columns};
            SmallVector<Value> sums;
            if (steps)
              sums = multiplyPacked(tile, ownPanel, k0, steps);
            body(tile, sub(t, item.firstTile), ownPanel, sums);
          });
        });
      });
    });
  }

  SmallVector<Value> multiplyPacked(const Tile &tile, Value p, Value k0, int64_t steps) {
    return multiply(tile, index(0), index(steps),
                    {[&](Value k, int64_t i) -> Value {
                       if (plan.packsLhs)
                         return memref::LoadOp::create(b, packedLhs, ValueRange{k, index(i)});
                       return loadLhs(tile, add(k0, k), i);
                     },
                     [&](Value k, int64_t j) -> Value {
                       if (plan.packsRhs)
                         return loadVector(packedRhs, {p, k, index(j * width)});
                       return loadRhs(tile, add(k0, k), j);
                     }});
  }

  //===--------------------------------------------------------------------===//
  // Totals
  //===--------------------------------------------------------------------===//

  Value loadVector(Value buffer, ArrayRef<Value> at) {
    return vector::LoadOp::create(b, evaluator.vectorOf(element), buffer, at);
  }

  CompensatedTotal totalAt(Value t, Value p, int64_t i) {
    return {loadVector(totals, {t, p, index(2 * i), index(0)}), loadVector(totals, {t, p, index(2 * i + 1), index(0)})};
  }

  void storeTotal(Value t, Value p, int64_t i, const CompensatedTotal &total) {
    vector::StoreOp::create(b, total.total, totals, ValueRange{t, p, index(2 * i), index(0)});
    vector::StoreOp::create(b, total.lost, totals, ValueRange{t, p, index(2 * i + 1), index(0)});
  }

  void addTotals(Value t, Value p, ArrayRef<Value> sums) {
    for (auto [i, sum] : llvm::enumerate(sums))
      storeTotal(t, p, i, totalAt(t, p, i).plus(b, sum));
  }

  void clearTotals(const Item &item) {
    Value zero = zeros();
    loop(index(0), sub(item.tilesEnd, item.firstTile), 1, [&](Value t) {
      loop(index(0), sub(item.panelsEnd, item.firstPanel), 1, [&](Value p) {
        for (int64_t i = 0; i < plan.rows * plan.vectors; ++i)
          storeTotal(t, p, i, {zero, zero});
      });
    });
  }

  //===--------------------------------------------------------------------===//
  // Packing
  //===--------------------------------------------------------------------===//

  /// packedLhs[0…steps, 0…rows] = the rows from m0 on of an lhs stored [k, m].
  void packLhs(const Item &item, Value m0, int64_t rows, Value k0, int64_t steps) {
    loop(index(0), index(steps), 1, [&](Value k) {
      for (int64_t i = 0; i < rows; i += width) {
        evaluator.setMask(rows - i < width ? evaluator.firstLanes(rows - i) : Value());
        SmallVector<Value> at = indices(item.batch, add(m0, i), add(k0, k), /*transposed=*/true);
        Value v = evaluator.load(lhs, Position::vector(at));
        evaluator.setMask({});
        vector::StoreOp::create(b, v, packedLhs, ValueRange{k, index(i)});
      }
    });
  }

  /// packedRhs[…, 0…steps, …] = the item's panels of the rhs, from row k0 on.
  void packRhs(const Item &item, Value k0, int64_t steps) {
    if (!plan.packsRhs)
      return;
    auto forEachPanel = [&](function_ref<void(const Tile &, Value)> body) {
      loop(item.firstPanel, item.panelsEnd, 1, [&](Value p) {
        tileSizes(p, loops.n, panel,
                  [&](int64_t columns) { body({item.batch, {}, 0, mul(p, panel), columns}, sub(p, item.firstPanel)); });
      });
    };
    if (loops.transposedRhs)
      return forEachPanel([&](const Tile &tile, Value slot) { packTransposedPanel(tile, slot, k0, steps); });
    // Row by row, as the rhs lies in memory: the hardware prefetcher follows.
    loop(index(0), index(steps), 1, [&](Value k) {
      forEachPanel([&](const Tile &tile, Value slot) {
        for (int64_t j = 0; j < vectorsOf(tile); ++j)
          storePacked(loadRhs(tile, add(k0, k), j), slot, k, j * width);
      });
    });
  }

  void storePacked(Value v, Value slot, Value k, int64_t column) {
    vector::StoreOp::create(b, v, packedRhs, ValueRange{slot, k, index(column)});
  }

  /// A panel of an rhs that is stored [n, k]: squares of width x width elements are
  /// transposed in registers.
  void packTransposedPanel(const Tile &tile, Value slot, Value k0, int64_t steps) {
    int64_t full = steps / width * width;
    for (int64_t j = 0; j < tile.columns; j += width) {
      int64_t count = std::min(width, tile.columns - j);
      auto pack = [&](Value k, int64_t size) {
        Value square = transposeSquare(tile.batch, add(tile.n0, j), count, add(k0, k), size);
        for (int64_t i = 0; i < size; ++i)
          storePacked(vector::ExtractOp::create(b, square, ArrayRef<int64_t>{i}), slot, add(k, i), j);
      };
      if (full)
        loop(index(0), index(full), width, [&](Value k) { pack(k, width); });
      if (steps > full)
        pack(index(full), steps - full);
    }
  }

  /// The transpose of `count` rows, from n0 on, by `size` elements, from k0 on, of an
  /// rhs stored [n, k]; the rest of the square is zero.
  Value transposeSquare(ArrayRef<Value> batch, Value n0, int64_t count, Value k0, int64_t size) {
    auto type = VectorType::get({width, width}, element);
    Value square = arith::ConstantOp::create(b, b.getZeroAttr(type));
    evaluator.setMask(size < width ? evaluator.firstLanes(size) : Value());
    for (int64_t i = 0; i < count; ++i) {
      Value row = evaluator.load(rhs, Position::vector(indices(batch, add(n0, i), k0)));
      square = vector::InsertOp::create(b, row, square, ArrayRef<int64_t>{i});
    }
    evaluator.setMask({});
    return vector::TransposeOp::create(b, square, ArrayRef<int64_t>{1, 0});
  }
};

} // namespace

void gradus::cpu::emitPackedMatmul(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan) {
  PackedEmitter(kernel, target, plan).emit();
}

//===- EmitMatmul.cpp - Matrix products ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The register-tiled nanokernel: accumulators of rows x vectors are carried by
// the loop over k as SSA values; each step loads the vectors of the right
// operand, broadcasts one element of the left operand per row and multiplies
// (an outer product). The fused epilogue is applied to the accumulators before
// the only store. Edge tiles get code of their own; only the last columns use
// a mask. The order of a sum over k depends on the shape and the target only: it
// ascends here; dot products (emitDot) sum lane by lane, then over the lanes.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/CPU/Emit.h"
#include "compiler/Codegen/CPU/MatmulTiling.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

class CPUMatmulEmitter : KernelFunction {
public:
  CPUMatmulEmitter(rt::KernelOp kernel, VectorTarget target)
      : KernelFunction(kernel, target), op(firstReduction(kernel)),
        element(getElementTypeOrSelf(op.getResult(0).getType())), width(lanes(byteSize(element))),
        evaluator(b, &function.getBody().front(), width), narrow(b, &function.getBody().front(), 1) {
    bindArguments(evaluator);
    MatmulLoops shape = matmulLoopsOf(op);
    rank = shape.rank();
    batch = shape.batch;
    m = shape.m;
    n = shape.n;
    k = shape.k;
    transposedLhs = shape.transposedLhs;
    transposedRhs = shape.transposedRhs;
    lhs = bufferOf(op.getDpsInputs()[0]);
    rhs = bufferOf(op.getDpsInputs()[1]);
    int64_t bytes = byteSize(element);
    plan = planMatmul({llvm::product_of(batch), m, n, k, width, bytes, transposedLhs, transposedRhs}, target);
    if (plan.dot) {
      narrow.setLanes(plan.columns);
      bindArguments(narrow);
    }
  }

  void emit() {
    if (plan.dot)
      return emitDot();
    if (plan.pack)
      return emitPacked();
    emitDirect();
  }

private:
  linalg::GenericOp op;
  Type element;
  int64_t width;
  KernelEvaluator evaluator;
  int64_t rank, m, n, k;
  SmallVector<int64_t> batch;
  bool transposedLhs, transposedRhs;
  Value lhs, rhs;
  MatmulPlan plan;
  KernelEvaluator narrow; // of as many lanes as a tile of dot products has columns

  Value bufferOf(Value tensor) { return argumentBuffer(cast<BlockArgument>(tensor).getArgNumber()); }
  Value constant(int64_t v) { return evaluator.index(v); }
  Value add(Value l, Value r) { return arith::AddIOp::create(b, l, r); }
  Value add(Value l, int64_t r) { return r ? add(l, constant(r)) : l; }
  Value mul(Value l, int64_t r) { return r == 1 ? l : Value(arith::MulIOp::create(b, l, constant(r))); }
  Value div(Value l, int64_t r) { return r == 1 ? l : Value(arith::DivUIOp::create(b, l, constant(r))); }
  Value rem(Value l, int64_t r) { return r == 1 ? constant(0) : Value(arith::RemUIOp::create(b, l, constant(r))); }
  Value zeros() { return arith::ConstantOp::create(b, b.getZeroAttr(evaluator.vectorOf(element))); }

  Value maskOf(int64_t count) {
    SmallVector<bool> bits(width, false);
    std::fill_n(bits.begin(), count, true);
    return arith::ConstantOp::create(b, DenseElementsAttr::get(evaluator.vectorOf(b.getI1Type()), bits));
  }

  void loop(Value lo, Value hi, int64_t step, function_ref<void(Value)> body) {
    auto forOp = scf::ForOp::create(b, lo, hi, constant(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(forOp.getBody()->getTerminator());
    evaluator.newScope();
    body(forOp.getInductionVar());
    evaluator.newScope();
  }

  /// Code for `count` items of which the last may be an edge: `body(edge)` under
  /// the condition that `i` is, or is not, the last.
  void branch(Value i, int64_t count, bool hasEdge, function_ref<void(bool)> body) {
    if (!hasEdge || count == 1)
      return body(hasEdge);
    Value last = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, i, constant(count - 1));
    auto ifOp = scf::IfOp::create(b, last, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    for (bool edge : {true, false}) {
      b.setInsertionPoint((edge ? ifOp.thenBlock() : ifOp.elseBlock())->getTerminator());
      evaluator.newScope();
      body(edge);
      evaluator.newScope();
    }
  }

  /// The batch indices of linear batch number `u`.
  SmallVector<Value> batchIndices(Value u) {
    SmallVector<Value> at(batch.size());
    for (int64_t i = batch.size() - 1; i >= 0; --i) {
      at[i] = rem(u, batch[i]);
      u = div(u, batch[i]);
    }
    return at;
  }

  SmallVector<Value> indices(ArrayRef<Value> outer, Value row, Value column, bool transposed) {
    SmallVector<Value> at(outer);
    at.push_back(transposed ? column : row);
    at.push_back(transposed ? row : column);
    return at;
  }

  /// One register tile at rows m0…, columns n0…; `right(k, j)` gives the j-th
  /// vector of the right operand.
  void emitTile(ArrayRef<Value> outer, Value m0, int64_t rows, Value n0, int64_t columns,
                function_ref<Value(Value, int64_t)> right) {
    int64_t vectors = llvm::divideCeil(columns, width);
    SmallVector<Value> init(rows * vectors, zeros());
    SmallVector<Value> rowIndex;
    for (int64_t i = 0; i < rows; ++i)
      rowIndex.push_back(add(m0, i));
    auto forOp = scf::ForOp::create(b, constant(0), constant(k), constant(1), init);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(forOp.getBody());
      Value kk = forOp.getInductionVar();
      SmallVector<Value> acc(forOp.getRegionIterArgs()), r;
      for (int64_t j = 0; j < vectors; ++j)
        r.push_back(right(kk, j));
      for (int64_t i = 0; i < rows; ++i) {
        Value scalar = memref::LoadOp::create(b, lhs, indices(outer, rowIndex[i], kk, transposedLhs));
        Value spread = vector::BroadcastOp::create(b, evaluator.vectorOf(element), scalar);
        for (int64_t j = 0; j < vectors; ++j)
          acc[i * vectors + j] = vector::FMAOp::create(b, r[j], spread, acc[i * vectors + j]);
      }
      scf::YieldOp::create(b, acc);
    }
    SmallVector<Value> columnIndex;
    for (int64_t j = 0; j < vectors; ++j)
      columnIndex.push_back(add(n0, j * width));
    evaluator.newScope();
    for (int64_t j = 0; j < vectors; ++j) {
      bool edge = j == vectors - 1 && columns % width;
      evaluator.setMask(edge ? maskOf(columns % width) : Value());
      for (int64_t i = 0; i < rows; ++i)
        emitEpilogue(evaluator, forOp.getResult(i * vectors + j), outer, rowIndex[i], columnIndex[j]);
    }
    evaluator.setMask({});
    evaluator.newScope();
  }

  /// Applies what is fused behind the product and stores the kernel's results.
  void emitEpilogue(KernelEvaluator &evaluator, Value acc, ArrayRef<Value> outer, Value row, Value column) {
    evaluator.fix(op.getResult(0), acc);
    Position p;
    p.index.assign(outer.begin(), outer.end());
    p.index.append({row, column});
    p.vectorDim = rank - 1;
    evaluator.storeAll(yields(), resultBuffers(), p);
    evaluator.release(op.getResult(0));
  }

  /// The right operand is read where it lies; a unit is one register tile.
  void emitDirect() {
    int64_t panel = plan.vectors * width, panels = llvm::divideCeil(n, panel), tiles = llvm::divideCeil(m, plan.rows);
    setUnits(llvm::product_of(batch) * panels * tiles);
    loop(begin(), end(), 1, [&](Value u) {
      Value tile = rem(u, tiles), p = rem(div(u, tiles), panels);
      SmallVector<Value> outer = batchIndices(div(u, tiles * panels));
      Value m0 = mul(tile, plan.rows), n0 = mul(p, panel);
      branch(p, panels, n % panel != 0, [&](bool edgeColumns) {
        int64_t columns = edgeColumns ? n % panel : panel;
        branch(tile, tiles, m % plan.rows != 0, [&](bool edgeRows) {
          emitTile(outer, m0, edgeRows ? m % plan.rows : plan.rows, n0, columns, [&](Value kk, int64_t j) {
            Position at;
            at.index = indices(outer, kk, add(n0, j * width), false);
            at.vectorDim = rank - 1;
            bool masked = (j + 1) * width > columns;
            evaluator.setMask(masked ? maskOf(columns % width) : Value());
            Value v = evaluator.load(rhs, at);
            evaluator.setMask({});
            return v;
          });
        });
      });
    });
  }

  /// A unit packs some panels of the right operand into scratch memory, then
  /// runs all rows over them.
  void emitPacked() {
    int64_t panel = plan.vectors * width, panels = llvm::divideCeil(n, panel);
    int64_t blocks = llvm::divideCeil(panels, plan.panels), tiles = llvm::divideCeil(m, plan.rows);
    setUnits(llvm::product_of(batch) * blocks);
    setScratchBytes(plan.panels * k * panel * byteSize(element));
    auto packedType = MemRefType::get({plan.panels, k, panel}, element);
    Value packed = memref::ViewOp::create(b, packedType, scratch(), constant(0), ValueRange());
    loop(begin(), end(), 1, [&](Value u) {
      Value block = rem(u, blocks);
      SmallVector<Value> outer = batchIndices(div(u, blocks));
      Value first = mul(block, plan.panels);
      Value last = arith::MinUIOp::create(b, add(first, plan.panels), constant(panels));
      loop(first, last, 1, [&](Value p) {
        Value slot = arith::SubIOp::create(b, p, first);
        branch(p, panels, n % panel != 0,
               [&](bool edge) { emitPack(outer, packed, slot, mul(p, panel), edge ? n % panel : panel); });
      });
      loop(constant(0), constant(tiles), 1, [&](Value tile) {
        branch(tile, tiles, m % plan.rows != 0, [&](bool edgeRows) {
          loop(first, last, 1, [&](Value p) {
            Value slot = arith::SubIOp::create(b, p, first);
            branch(p, panels, n % panel != 0, [&](bool edgeColumns) {
              emitTile(outer, mul(tile, plan.rows), edgeRows ? m % plan.rows : plan.rows, mul(p, panel),
                       edgeColumns ? n % panel : panel, [&](Value kk, int64_t j) -> Value {
                         return vector::LoadOp::create(b, evaluator.vectorOf(element), packed,
                                                       ValueRange{slot, kk, constant(j * width)});
                       });
            });
          });
        });
      });
    });
  }

  /// packed[slot, 0…k, 0…] = the `columns` columns of the right operand from n0.
  void emitPack(ArrayRef<Value> outer, Value packed, Value slot, Value n0, int64_t columns) {
    int64_t vectors = llvm::divideCeil(columns, width);
    if (transposedRhs)
      return emitTransposedPack(outer, packed, slot, n0, columns);
    loop(constant(0), constant(k), 1, [&](Value kk) {
      for (int64_t j = 0; j < vectors; ++j) {
        Position at;
        at.index = indices(outer, kk, add(n0, j * width), false);
        at.vectorDim = rank - 1;
        evaluator.setMask((j + 1) * width > columns ? maskOf(columns % width) : Value());
        Value v = evaluator.load(rhs, at);
        evaluator.setMask({});
        vector::StoreOp::create(b, v, packed, ValueRange{slot, kk, constant(j * width)});
      }
    });
  }

  /// The same where the right operand is stored [n, k]: squares of width x width
  /// are transposed in registers.
  void emitTransposedPack(ArrayRef<Value> outer, Value packed, Value slot, Value n0, int64_t columns) {
    auto square = [&](Value k0, int64_t depth, int64_t j, int64_t rows) {
      auto type = VectorType::get({width, width}, element);
      Value rowsVector = arith::ConstantOp::create(b, b.getZeroAttr(type));
      evaluator.setMask(depth < width ? maskOf(depth) : Value());
      for (int64_t i = 0; i < rows; ++i) {
        Position at;
        at.index = indices(outer, add(n0, j + i), k0, false);
        at.vectorDim = rank - 1;
        rowsVector = vector::InsertOp::create(b, evaluator.load(rhs, at), rowsVector, ArrayRef<int64_t>{i});
      }
      evaluator.setMask({});
      Value turned = vector::TransposeOp::create(b, rowsVector, ArrayRef<int64_t>{1, 0});
      for (int64_t i = 0; i < depth; ++i) {
        Value row = vector::ExtractOp::create(b, turned, ArrayRef<int64_t>{i});
        vector::StoreOp::create(b, row, packed, ValueRange{slot, add(k0, i), constant(j)});
      }
    };
    int64_t full = k / width * width;
    for (int64_t j = 0; j < columns; j += width) {
      int64_t rows = std::min(width, columns - j);
      if (full)
        loop(constant(0), constant(full), width, [&](Value k0) { square(k0, width, j, rows); });
      if (k > full)
        square(constant(full), k - full, j, rows);
    }
  }

  /// Dot products of `plan.rows` rows with `plan.columns` rows of the right
  /// operand, stored [n, k], vectorized over k: nothing is packed, and what a
  /// tile reads of the right operand stays in the L1 cache for all rows.
  void emitDot() {
    int64_t groups = llvm::divideCeil(n, plan.columns), tiles = llvm::divideCeil(m, plan.rows);
    setUnits(llvm::product_of(batch) * groups * tiles);
    loop(begin(), end(), 1, [&](Value u) {
      Value tile = rem(u, tiles), group = rem(div(u, tiles), groups);
      SmallVector<Value> outer = batchIndices(div(u, tiles * groups));
      Value m0 = mul(tile, plan.rows), n0 = mul(group, plan.columns);
      branch(group, groups, n % plan.columns != 0, [&](bool edgeColumns) {
        branch(tile, tiles, m % plan.rows != 0, [&](bool edgeRows) {
          emitDots(outer, m0, edgeRows ? m % plan.rows : plan.rows, n0, edgeColumns ? n % plan.columns : plan.columns);
        });
      });
    });
  }

  void emitDots(ArrayRef<Value> outer, Value m0, int64_t rows, Value n0, int64_t columns) {
    SmallVector<Value> row, sums; // sums: by row, then column
    for (int64_t i = 0; i < rows; ++i)
      row.push_back(add(m0, i));
    sums.resize(rows * columns);
    for (int64_t j = 0; j < columns; j += plan.streams) {
      int64_t count = std::min(plan.streams, columns - j);
      SmallVector<Value> acc = accumulateDots(outer, row, add(n0, j), count);
      for (int64_t i = 0; i < rows; ++i)
        llvm::copy(ArrayRef(acc).slice(i * count, count), sums.begin() + i * columns + j);
    }
    narrow.newScope();
    if (columns < plan.columns) {
      SmallVector<bool> bits(plan.columns, false);
      std::fill_n(bits.begin(), columns, true);
      narrow.setMask(arith::ConstantOp::create(b, DenseElementsAttr::get(narrow.vectorOf(b.getI1Type()), bits)));
    }
    for (int64_t i = 0; i < rows; ++i) {
      SmallVector<Value> lanes(sums.begin() + i * columns, sums.begin() + (i + 1) * columns);
      lanes.resize(plan.columns, zeros());
      emitEpilogue(narrow, sumLanes(lanes), outer, row[i], n0);
    }
    narrow.setMask({});
    narrow.newScope();
  }

  /// Vectors whose lanes sum to the dot products of `row` with the `columns`
  /// rows of the right operand from n0.
  SmallVector<Value> accumulateDots(ArrayRef<Value> outer, ArrayRef<Value> row, Value n0, int64_t columns) {
    int64_t rows = row.size();
    SmallVector<Value> column;
    for (int64_t j = 0; j < columns; ++j)
      column.push_back(add(n0, j));
    auto step = [&](Value k0, SmallVector<Value> acc) {
      auto load = [&](Value buffer, Value r) {
        Position p;
        p.index = indices(outer, r, k0, false);
        p.vectorDim = rank - 1;
        return evaluator.load(buffer, p);
      };
      SmallVector<Value> left;
      for (Value r : row)
        left.push_back(load(lhs, r));
      for (int64_t j = 0; j < columns; ++j) {
        Value right = load(rhs, column[j]);
        for (int64_t i = 0; i < rows; ++i)
          acc[i * columns + j] = vector::FMAOp::create(b, left[i], right, acc[i * columns + j]);
      }
      return acc;
    };
    SmallVector<Value> acc(rows * columns, zeros());
    int64_t full = k / width * width;
    if (full) {
      auto forOp = scf::ForOp::create(b, constant(0), constant(full), constant(width), acc);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(forOp.getBody());
      scf::YieldOp::create(b, step(forOp.getInductionVar(), SmallVector<Value>(forOp.getRegionIterArgs())));
      acc.assign(forOp.result_begin(), forOp.result_end());
    }
    if (k > full) {
      evaluator.setMask(maskOf(k - full));
      acc = step(constant(full), acc);
      evaluator.setMask({});
    }
    return acc;
  }

  /// The sums over the lanes of each vector, as the lanes of one vector. In step
  /// d, lanes whose bit d is clear keep the sums of one vector of a pair, the
  /// others those of the second, so that all lanes work in every addition.
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
        v[i] = arith::AddFOp::create(b, vector::ShuffleOp::create(b, v[2 * i], v[2 * i + 1], own),
                                     vector::ShuffleOp::create(b, v[2 * i], v[2 * i + 1], other));
      v.resize(v.size() / 2);
    }
    for (int64_t n = width / 2; n >= d; n /= 2) {
      SmallVector<int64_t> low = llvm::to_vector(llvm::seq<int64_t>(0, n)),
                           high = llvm::to_vector(llvm::seq<int64_t>(n, 2 * n));
      v[0] = arith::AddFOp::create(b, vector::ShuffleOp::create(b, v[0], v[0], low),
                                   vector::ShuffleOp::create(b, v[0], v[0], high));
    }
    return v[0];
  }
};

} // namespace

void gradus::cpu::emitMatmul(rt::KernelOp kernel, VectorTarget target) { CPUMatmulEmitter(kernel, target).emit(); }

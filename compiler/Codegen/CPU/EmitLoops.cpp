//===- EmitLoops.cpp - Elementwise, row and column kernels ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/CPU/Emit.h"
#include "compiler/Codegen/Body/KernelShape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

/// What loops share: the function, the evaluator, and how to walk a dimension
/// in vectors with a masked tail.
struct LoopEmitter : KernelFunction {
  KernelEvaluator evaluator;
  int64_t width;

  LoopEmitter(rt::KernelOp kernel, VectorTarget target, bool flat = false)
      : KernelFunction(kernel, target, flat), evaluator(b, &function.getBody().front(), lanes()), width(lanes()) {
    bindArguments(evaluator);
  }

  Value constant(int64_t v) { return evaluator.index(v); }
  Value tailMask(int64_t count) {
    SmallVector<bool> bits(width, false);
    std::fill_n(bits.begin(), count, true);
    return arith::ConstantOp::create(b, DenseElementsAttr::get(evaluator.vectorOf(b.getI1Type()), bits));
  }

  /// for i = lo to hi by step, with accumulators carried around.
  SmallVector<Value> loop(Value lo, Value hi, int64_t step, ValueRange init,
                          function_ref<SmallVector<Value>(Value, ValueRange)> body) {
    auto forOp = scf::ForOp::create(b, lo, hi, constant(step), init);
    OpBuilder::InsertionGuard guard(b);
    // Without accumulators the builder has placed the terminator already.
    Block *block = forOp.getBody();
    if (init.empty())
      b.setInsertionPoint(block->getTerminator());
    else
      b.setInsertionPointToStart(block);
    evaluator.newScope();
    SmallVector<Value> next = body(forOp.getInductionVar(), forOp.getRegionIterArgs());
    evaluator.newScope();
    if (!init.empty())
      scf::YieldOp::create(b, next);
    return SmallVector<Value>(forOp.getResults());
  }

  /// Runs `body` with the mask for the `count` last lanes.
  SmallVector<Value> masked(int64_t count, function_ref<SmallVector<Value>()> body) {
    evaluator.newScope();
    evaluator.setMask(tailMask(count));
    SmallVector<Value> result = body();
    evaluator.setMask({});
    evaluator.newScope();
    return result;
  }

  /// Walks the box `sizes` in row-major order, the last dimension in vectors:
  /// `body(indices, accumulators)` per vector.
  SmallVector<Value> walk(ArrayRef<int64_t> sizes, SmallVector<Value> prefix, SmallVector<Value> init,
                          function_ref<SmallVector<Value>(ArrayRef<Value>, ValueRange)> body) {
    if (sizes.size() > 1)
      return loop(constant(0), constant(sizes[0]), 1, init, [&](Value i, ValueRange acc) {
        SmallVector<Value> next(prefix);
        next.push_back(i);
        return walk(sizes.drop_front(), next, SmallVector<Value>(acc), body);
      });
    int64_t n = sizes[0], full = n / width * width;
    if (full)
      init = loop(constant(0), constant(full), width, init, [&](Value i, ValueRange acc) {
        SmallVector<Value> at(prefix);
        at.push_back(i);
        return body(at, acc);
      });
    if (n > full)
      init = masked(n - full, [&] {
        SmallVector<Value> at(prefix);
        at.push_back(constant(full));
        return body(at, init);
      });
    return init;
  }

  /// One step of a reduction; masked lanes keep their accumulator.
  Value accumulate(linalg::GenericOp op, Value acc, Value v) {
    Value next = evaluator.body(op, {evaluator.broadcast(v), acc}, Position());
    if (Value mask = evaluator.getMask())
      next = arith::SelectOp::create(b, mask, next, acc);
    return next;
  }

  Value identityVector(linalg::GenericOp op) {
    TypedAttr identity = identityOf(op);
    return arith::ConstantOp::create(b, DenseElementsAttr::get(evaluator.vectorOf(identity.getType()), identity));
  }

  /// Combines the lanes of a vector pairwise: a fixed tree, whatever the CPU.
  Value combineLanes(linalg::GenericOp op, Value v) {
    for (int64_t n = width / 2; n >= 1; n /= 2) {
      Value low =
          vector::ExtractStridedSliceOp::create(b, v, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{n}, ArrayRef<int64_t>{1});
      Value high =
          vector::ExtractStridedSliceOp::create(b, v, ArrayRef<int64_t>{n}, ArrayRef<int64_t>{n}, ArrayRef<int64_t>{1});
      v = evaluator.body(op, {high, low}, Position());
    }
    return vector::ExtractOp::create(b, v, ArrayRef<int64_t>{0});
  }

  /// Unit `u` of a box whose last dimension, of `n` elements, is cut into
  /// vectors: `body(indices)` at the vector's first element, with a mask where
  /// the last is not full.
  void overBlocks(Value u, ArrayRef<int64_t> units, int64_t n, function_ref<void(ArrayRef<Value>)> body) {
    SmallVector<Value> at = delinearize(u, units);
    Value block = at.back();
    at.back() = arith::MulIOp::create(b, block, constant(width));
    if (n % width == 0)
      return body(at);
    Value last = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, block, constant(units.back() - 1));
    auto ifOp = scf::IfOp::create(b, last, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    masked(n % width, [&]() -> SmallVector<Value> {
      body(at);
      return {};
    });
    b.setInsertionPointToStart(ifOp.elseBlock());
    body(at);
  }

  /// The indices of unit `u` in the box `sizes`.
  SmallVector<Value> delinearize(Value u, ArrayRef<int64_t> sizes) {
    SmallVector<Value> at(sizes.size());
    for (int64_t i = sizes.size() - 1; i >= 0; --i) {
      at[i] = i ? Value(arith::RemUIOp::create(b, u, constant(sizes[i]))) : u;
      if (i)
        u = arith::DivUIOp::create(b, u, constant(sizes[i]));
    }
    return at;
  }
};

/// Rows and what is stored of them: the common part of row kernels and of
/// elementwise kernels that cannot be flattened. `split` counts the leading
/// dimensions that units run over.
void emitRows(rt::KernelOp kernel, VectorTarget target, ArrayRef<int64_t> domain, int64_t split) {
  LoopEmitter e(kernel, target);
  ArrayRef<int64_t> rows = domain.take_front(split), inner = domain.drop_front(split);
  e.setUnits(llvm::product_of(rows));
  e.loop(e.begin(), e.end(), 1, {}, [&](Value u, ValueRange) -> SmallVector<Value> {
    SmallVector<Value> row = e.delinearize(u, rows);
    auto positionOf = [&](ArrayRef<Value> at) {
      Position p;
      p.index.assign(at.begin(), at.end());
      p.vectorDim = at.size() - 1;
      return p;
    };
    for (Operation &op : kernel.getBody().front()) {
      if (!isReduction(op))
        continue;
      auto generic = cast<linalg::GenericOp>(op);
      Value input = generic.getDpsInputs()[0];
      SmallVector<Value> acc = e.walk(inner, row, {e.identityVector(generic)}, [&](ArrayRef<Value> at, ValueRange acc) {
        return SmallVector<Value>{e.accumulate(generic, acc[0], e.evaluator.get(input, positionOf(at)))};
      });
      e.evaluator.fix(generic.getResult(0), e.combineLanes(generic, acc[0]));
    }
    // What has the shape of the rows, then what has the full shape.
    bool full = false;
    for (auto [i, v] : llvm::enumerate(e.yields())) {
      if (shapeOf(v) == domain && !inner.empty()) {
        full = true;
        continue;
      }
      Position p;
      p.index = row;
      e.evaluator.store(e.evaluator.get(v, p), e.resultBuffer(i), p);
    }
    if (full)
      e.walk(inner, row, {}, [&](ArrayRef<Value> at, ValueRange) -> SmallVector<Value> {
        SmallVector<Value> values, buffers;
        for (auto [i, v] : llvm::enumerate(e.yields()))
          if (shapeOf(v) == domain) {
            values.push_back(v);
            buffers.push_back(e.resultBuffer(i));
          }
        e.evaluator.storeAll(values, buffers, positionOf(at));
        return {};
      });
    for (Operation &op : kernel.getBody().front())
      if (isReduction(op))
        e.evaluator.release(op.getResult(0));
    return {};
  });
}

/// Row kernels whose rows are shorter than a vector: lanes are rows, and the few
/// columns are code. No lane idles, and none are combined.
void emitShortRows(rt::KernelOp kernel, VectorTarget target, ArrayRef<int64_t> domain) {
  LoopEmitter e(kernel, target);
  ArrayRef<int64_t> rows = domain.drop_back();
  int64_t n = rows.back(), vectors = llvm::divideCeil(n, e.width);
  SmallVector<int64_t> units(rows.drop_back());
  units.push_back(vectors);
  e.setUnits(llvm::product_of(units));

  auto emitUnit = [&](ArrayRef<Value> row) {
    Position rowPosition;
    rowPosition.index.assign(row.begin(), row.end());
    rowPosition.vectorDim = row.size() - 1;
    // Each position exists once, so that what is computed there is, too.
    SmallVector<Position> at(domain.back(), rowPosition);
    for (auto [i, p] : llvm::enumerate(at))
      p.index.push_back(e.constant(i));
    for (Operation &op : kernel.getBody().front()) {
      if (!isReduction(op))
        continue;
      auto generic = cast<linalg::GenericOp>(op);
      Value acc = e.identityVector(generic);
      for (const Position &p : at)
        acc = e.evaluator.body(generic, {e.evaluator.broadcast(e.evaluator.get(generic.getDpsInputs()[0], p)), acc}, p);
      e.evaluator.fix(generic.getResult(0), acc);
    }
    for (auto [i, v] : llvm::enumerate(e.yields())) {
      if (shapeOf(v) != domain) {
        e.evaluator.store(e.evaluator.get(v, rowPosition), e.resultBuffer(i), rowPosition);
        continue;
      }
      for (const Position &p : at)
        e.evaluator.store(e.evaluator.get(v, p), e.resultBuffer(i), p);
    }
    for (Operation &op : kernel.getBody().front())
      if (isReduction(op))
        e.evaluator.release(op.getResult(0));
  };
  e.loop(e.begin(), e.end(), 1, {}, [&](Value u, ValueRange) -> SmallVector<Value> {
    e.overBlocks(u, units, n, emitUnit);
    return {};
  });
}

/// The shape a kernel's reductions iterate over, and over how many loops.
std::pair<SmallVector<int64_t>, int64_t> reductionDomain(rt::KernelOp kernel) {
  linalg::GenericOp reduction = firstReduction(kernel);
  return {reduction.getStaticLoopRanges(), reduction.getNumReductionLoops()};
}

} // namespace

void gradus::cpu::emitElementwise(rt::KernelOp kernel, VectorTarget target) {
  SmallVector<int64_t> shape(shapeOf(kernel.getBody().front().getTerminator()->getOperand(0)));
  if (!isFlat(kernel)) {
    int64_t rank = shape.size();
    return emitRows(kernel, target, shape, rank ? rank - 1 : 0);
  }
  LoopEmitter e(kernel, target, /*flat=*/true);
  int64_t total = llvm::product_of(shape), chunk = 16 * e.width;
  e.setUnits(llvm::divideCeil(total, chunk));
  auto &b = e.b;
  auto storeAll = [&](Value i) {
    Position p;
    p.index = {i};
    p.vectorDim = 0;
    e.evaluator.storeAll(e.yields(), e.resultBuffers(), p);
  };
  // Units are whole vectors; only the very last elements need a mask.
  int64_t full = total / e.width * e.width;
  Value lo = arith::MulIOp::create(b, e.begin(), e.constant(chunk));
  Value hi = arith::MulIOp::create(b, e.end(), e.constant(chunk));
  Value stop = arith::MinUIOp::create(b, hi, e.constant(full));
  e.loop(lo, stop, e.width, {}, [&](Value i, ValueRange) -> SmallVector<Value> {
    storeAll(i);
    return {};
  });
  if (total > full) {
    Value last = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, hi, e.constant(full));
    auto ifOp = scf::IfOp::create(b, last, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    e.masked(total - full, [&]() -> SmallVector<Value> {
      storeAll(e.constant(full));
      return {};
    });
  }
}

void gradus::cpu::emitRow(rt::KernelOp kernel, VectorTarget target) {
  auto [domain, reduced] = reductionDomain(kernel);
  int64_t lanes = target.vectorBytes / 4;
  if (reduced == 1 && domain.size() > 1 && domain.back() <= lanes && domain[domain.size() - 2] >= lanes)
    return emitShortRows(kernel, target, domain);
  emitRows(kernel, target, domain, domain.size() - reduced);
}

void gradus::cpu::emitColumn(rt::KernelOp kernel, VectorTarget target) {
  LoopEmitter e(kernel, target);
  auto &b = e.b;
  auto [domainStorage, reduced] = reductionDomain(kernel);
  ArrayRef<int64_t> domain = domainStorage;
  ArrayRef<int64_t> rows = domain.take_front(reduced), columns = domain.drop_front(reduced);
  int64_t n = columns.back(), vectors = llvm::divideCeil(n, e.width);
  SmallVector<int64_t> units(columns.drop_back());
  units.push_back(vectors);
  e.setUnits(llvm::product_of(units));

  SmallVector<linalg::GenericOp> reductions;
  for (Operation &op : kernel.getBody().front())
    if (isReduction(op))
      reductions.push_back(cast<linalg::GenericOp>(op));

  // Four rows at a time, each with its own sums: additions of one sum depend
  // on each other and take four cycles.
  constexpr int64_t kUnroll = 4;
  auto emitUnit = [&](ArrayRef<Value> column) {
    auto at = [&](ArrayRef<Value> row) {
      Position p;
      p.index.assign(row.begin(), row.end());
      p.index.append(column.begin(), column.end());
      p.vectorDim = p.index.size() - 1;
      return p;
    };
    auto visitRow = [&](ArrayRef<Value> row, MutableArrayRef<Value> acc) {
      for (auto [i, op] : llvm::enumerate(reductions))
        acc[i] = e.accumulate(op, acc[i], e.evaluator.get(op.getDpsInputs()[0], at(row)));
      for (auto [i, v] : llvm::enumerate(e.yields()))
        if (shapeOf(v) == domain)
          e.evaluator.store(e.evaluator.get(v, at(row)), e.resultBuffer(i), at(row));
    };
    size_t count = reductions.size();
    std::function<SmallVector<Value>(ArrayRef<int64_t>, SmallVector<Value>, SmallVector<Value>)> walkRows =
        [&](ArrayRef<int64_t> sizes, SmallVector<Value> prefix, SmallVector<Value> acc) -> SmallVector<Value> {
      if (sizes.size() > 1)
        return e.loop(e.constant(0), e.constant(sizes[0]), 1, acc, [&](Value i, ValueRange inner) {
          SmallVector<Value> next(prefix);
          next.push_back(i);
          return walkRows(sizes.drop_front(), next, SmallVector<Value>(inner));
        });
      int64_t full = sizes[0] / kUnroll * kUnroll;
      auto body = [&](int64_t step) {
        return [&, step](Value i, ValueRange inner) {
          SmallVector<Value> next(inner);
          for (int64_t j = 0; j < step; ++j) {
            SmallVector<Value> row(prefix);
            row.push_back(j ? Value(arith::AddIOp::create(b, i, e.constant(j))) : i);
            visitRow(row, MutableArrayRef(next).slice(j * count, count));
          }
          return next;
        };
      };
      if (full)
        acc = e.loop(e.constant(0), e.constant(full), kUnroll, acc, body(kUnroll));
      if (full < sizes[0])
        acc = e.loop(e.constant(full), e.constant(sizes[0]), 1, acc, body(1));
      return acc;
    };
    SmallVector<Value> init;
    for (int64_t j = 0; j < kUnroll; ++j)
      for (linalg::GenericOp op : reductions)
        init.push_back(e.identityVector(op));
    SmallVector<Value> acc = walkRows(rows, {}, init);
    Value mask = e.evaluator.getMask();
    e.evaluator.setMask({}); // combining sums concerns all lanes
    for (auto [i, op] : llvm::enumerate(reductions)) {
      Value left = e.evaluator.body(op, {acc[count + i], acc[i]}, Position());
      Value right = e.evaluator.body(op, {acc[3 * count + i], acc[2 * count + i]}, Position());
      e.evaluator.fix(op.getResult(0), e.evaluator.body(op, {right, left}, Position()));
    }
    e.evaluator.setMask(mask);
    Position p;
    p.index.assign(column.begin(), column.end());
    p.vectorDim = column.size() - 1;
    // All, then the stores: a result may lie where an operand of another lies.
    SmallVector<Value> values, buffers;
    for (auto [i, v] : llvm::enumerate(e.yields()))
      if (shapeOf(v) != domain) {
        values.push_back(v);
        buffers.push_back(e.resultBuffer(i));
      }
    e.evaluator.storeAll(values, buffers, p);
    for (linalg::GenericOp op : reductions)
      e.evaluator.release(op.getResult(0));
  };

  e.loop(e.begin(), e.end(), 1, {}, [&](Value u, ValueRange) -> SmallVector<Value> {
    e.overBlocks(u, units, n, emitUnit);
    return {};
  });
}

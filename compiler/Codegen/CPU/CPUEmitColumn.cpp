//===- CPUEmitColumn.cpp - Reductions down the rows -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item is a vector of columns. It walks down the rows, several at a time,
// each with sums of its own: additions to one sum depend on each other and take
// as many cycles as an FMA.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/Body/LongSum.h"
#include "compiler/Codegen/CPU/VectorLoops.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

class ColumnEmitter : VectorLoops {
public:
  ColumnEmitter(rt::KernelOp kernel, VectorTarget target)
      : VectorLoops(kernel, target), reductions(reductionsOf(kernel)), domain(reductions[0].getStaticLoopRanges()),
        reducedDims(reductions[0].getNumReductionLoops()) {}

  void emit() {
    loopOverVectors(ArrayRef(domain).drop_front(reducedDims), [&](ArrayRef<Value> first) {
      column = first;
      ArrayRef<int64_t> rows = ArrayRef(domain).take_front(reducedDims);
      bool isLong = llvm::product_of(rows) > kMaxTerms * kUnroll && llvm::any_of(reductions, isRoundedSum);
      SmallVector<Value> sums = isLong ? sumLong(rows) : sumOf(rows, {}, index(0));
      for (auto [reduction, sum] : llvm::zip_equal(reductions, sums))
        evaluator.fix(reduction.getResult(0), sum);
      storeValuesOfColumn();
      release(reductions);
    });
  }

private:
  /// Rows at a time, for any target: the order of a sum must not depend on it.
  static constexpr int64_t kUnroll = 4;

  SmallVector<linalg::GenericOp> reductions;
  SmallVector<int64_t> domain; // the reduced dimensions come first
  int64_t reducedDims;
  ArrayRef<Value> column; // the indices of the work item's first column

  /// The results of all reductions over a box of rows of shape `sizes`, whose first
  /// dimension begins at `first` and comes behind the indices `prefix`.
  SmallVector<Value> sumOf(ArrayRef<int64_t> sizes, ArrayRef<Value> prefix, Value first) {
    SmallVector<Value> init;
    for (int64_t j = 0; j < kUnroll; ++j)
      for (linalg::GenericOp reduction : reductions)
        init.push_back(identityVector(reduction));
    return combineSums(walkRows(sizes, prefix, first, init));
  }

  /// The same over all rows, block by block.
  SmallVector<Value> sumLong(ArrayRef<int64_t> rows) {
    size_t n = reductions.size();
    SmallVector<Value> init; // all totals, then what each has lost
    for (size_t i = 0; i < 2 * n; ++i)
      init.push_back(identityVector(reductions[i % n]));
    SmallVector<Value> totals = walkBlocks(
        rows, kUnroll, {}, init, [&](ArrayRef<Value> prefix, Value first, ArrayRef<int64_t> sizes, ValueRange carried) {
          SmallVector<Value> next(carried), sums = sumOf(sizes, prefix, first);
          for (auto [i, reduction] : llvm::enumerate(reductions)) {
            CompensatedTotal total{carried[i], carried[n + i]};
            total = isRoundedSum(reduction) ? total.plus(b, sums[i])
                                            : CompensatedTotal{combine(reduction, total.total, sums[i]), total.lost};
            next[i] = total.total;
            next[n + i] = total.lost;
          }
          return next;
        });
    SmallVector<Value> results;
    for (auto [i, reduction] : llvm::enumerate(reductions))
      results.push_back(isRoundedSum(reduction) ? CompensatedTotal{totals[i], totals[n + i]}.result(b) : totals[i]);
    return results;
  }

  /// Visits the rows of such a box, in order. `sums` are those of each reduction for
  /// the first of the rows taken at a time, then for the second, ….
  SmallVector<Value> walkRows(ArrayRef<int64_t> sizes, ArrayRef<Value> prefix, Value offset, ValueRange sums) {
    if (sizes.size() > 1)
      return loop(index(0), index(sizes[0]), 1, sums, [&](Value i, ValueRange inner) {
        SmallVector<Value> next(prefix);
        next.push_back(add(offset, i));
        return walkRows(sizes.drop_front(), next, index(0), inner);
      });
    int64_t unrolled = sizes[0] / kUnroll * kUnroll;
    SmallVector<Value> carried(sums);
    auto visit = [&](int64_t first, int64_t last, int64_t count) {
      carried = loop(index(first), index(last), count, carried,
                     [&](Value i, ValueRange inner) { return visitRows(prefix, add(offset, i), count, inner); });
    };
    if (unrolled)
      visit(0, unrolled, kUnroll);
    if (unrolled < sizes[0])
      visit(unrolled, sizes[0], 1);
    return carried;
  }

  /// Adds `count` rows from `first` on to their sums, and stores what has a value
  /// per element.
  SmallVector<Value> visitRows(ArrayRef<Value> prefix, Value first, int64_t count, ValueRange sums) {
    SmallVector<Value> next(sums);
    for (int64_t j = 0; j < count; ++j) {
      SmallVector<Value> indices(prefix);
      indices.push_back(add(first, j));
      llvm::append_range(indices, column);
      Position position = Position::vector(indices);
      for (auto [i, reduction] : llvm::enumerate(reductions)) {
        Value &sum = next[j * reductions.size() + i];
        sum = accumulate(reduction, sum, evaluator.get(reduction.getDpsInputs()[0], position));
      }
      for (auto [i, v] : llvm::enumerate(yields()))
        if (shapeOf(v) == ArrayRef(domain))
          evaluator.store(evaluator.get(v, position), resultBuffer(i), position);
    }
    return next;
  }

  Value combine(linalg::GenericOp reduction, Value lhs, Value rhs) {
    return evaluator.body(reduction, {rhs, lhs}, Position());
  }

  /// Makes the kUnroll sums of each reduction one, in all lanes.
  SmallVector<Value> combineSums(ArrayRef<Value> sums) {
    SmallVector<Value> combined;
    for (auto [i, reduction] : llvm::enumerate(reductions)) {
      auto sum = [&](int64_t j) { return sums[j * reductions.size() + i]; };
      Value lower = combine(reduction, sum(0), sum(1)), upper = combine(reduction, sum(2), sum(3));
      combined.push_back(combine(reduction, lower, upper));
    }
    return combined;
  }

  void storeValuesOfColumn() {
    SmallVector<Value> values, buffers;
    for (auto [i, v] : llvm::enumerate(yields()))
      if (shapeOf(v) != ArrayRef(domain)) {
        values.push_back(v);
        buffers.push_back(resultBuffer(i));
      }
    evaluator.storeAll(values, buffers, Position::vector(column));
  }
};

} // namespace

void gradus::cpu::emitColumn(rt::KernelOp kernel, VectorTarget target) { ColumnEmitter(kernel, target).emit(); }

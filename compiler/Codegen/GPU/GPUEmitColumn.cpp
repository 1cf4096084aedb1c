//===- GPUEmitColumn.cpp - A block per 32 or 8 columns --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The threads of a block stand in rows: neighbours have neighbouring columns,
// and each row of threads adds up every eighth row of the operand. Then the
// eight partial sums of a column are combined by a tree in shared memory. Where
// columns are long and so few that blocks of 32 would leave a GPU idle, a block
// has 8 columns and 64 rows of threads; 8 columns of f32 are the 32 bytes that
// memory moves at least.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Body/LongSum.h"
#include "compiler/Codegen/GPU/GPUEmit.h"
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

namespace {

/// Rows from which on a column is long.
constexpr int64_t kLongColumn = 512;

class ColumnEmitter : GPUKernel {
public:
  ColumnEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target)
      : GPUKernel(kernel, module, target), evaluator(b, entry(), 1), reductions(reductionsOf(kernel)),
        domain(reductions[0].getStaticLoopRanges()),
        rows(ArrayRef(domain).take_front(reductions[0].getNumReductionLoops())),
        columns(ArrayRef(domain).drop_front(rows.size())) {
    int64_t height = llvm::product_of(rows), width = llvm::product_of(columns);
    int64_t wideBlocks = llvm::divideCeil(width, target.warpSize);
    bool narrow = height >= kLongColumn && wideBlocks < target.blocksToFill;
    blockColumns = narrow ? target.sectorBytes / 4 : target.warpSize;
    threadRows = narrow ? 64 : 8;
    setLaunch(llvm::divideCeil(width, blockColumns), threadRows * blockColumns);
    bindArguments(evaluator);

    threadColumn = rem(thread(), blockColumns);
    threadRow = div(thread(), blockColumns);
    Value column = add(mul(block(), blockColumns), threadColumn);
    // Threads beyond the last column take part in the barriers, so they compute
    // the last column again, and do not store it.
    if (width % blockColumns != 0) {
      valid = less(column, width);
      column = min(column, width - 1);
    }
    columnIndex = delinearize(column, columns);
  }

  void emit() {
    SmallVector<Value> sums = addUpRows();
    for (Value sum : sums) {
      buffers.push_back(shared({threadRows, blockColumns}, sum.getType()));
      memref::StoreOp::create(b, sum, buffers.back(), ValueRange{threadRow, threadColumn});
    }
    combineThreadRows();
    when(both(less(threadRow, 1), valid), [&] { storeColumn(); });
  }

private:
  KernelEvaluator evaluator;
  SmallVector<linalg::GenericOp> reductions;
  SmallVector<int64_t> domain;
  ArrayRef<int64_t> rows, columns; // the parts of the domain
  int64_t blockColumns, threadRows;
  Value threadColumn, threadRow;  // of this thread in its block
  Value valid;                    // true if the thread has a column; null: always
  SmallVector<Value> columnIndex; // of this thread
  SmallVector<Value> buffers;     // of partial sums, one for each reduction

  /// True for results that have an element for each of the domain.
  bool isWhole(Value result) { return shapeOf(result) == ArrayRef(domain); }

  /// This thread's sums over its rows, one for each reduction. Results of full
  /// shape are stored on the way.
  SmallVector<Value> addUpRows() {
    SmallVector<Value> init;
    for (linalg::GenericOp op : reductions)
      init.push_back(arith::ConstantOp::create(b, identityOf(op)));
    int64_t count = llvm::product_of(rows);
    evaluator.newScope();
    auto sumsOver = [&](Value first, Value end) {
      return loop(first, end, index(threadRows), init, [&](Value row, ValueRange acc) { return addRow(row, acc); });
    };
    bool isLong = count > kMaxTerms * threadRows && llvm::any_of(reductions, isRoundedSum);
    SmallVector<Value> sums = isLong ? reduceInBlocks(
                                           *this, count, kBlockTerms * threadRows, init,
                                           [&](Value begin, Value end) { return sumsOver(add(begin, threadRow), end); },
                                           [&](size_t i, Value sum, Value block) {
                                             return isRoundedSum(reductions[i])
                                                        ? Value()
                                                        : evaluator.body(reductions[i], {block, sum}, Position());
                                           })
                                     : sumsOver(threadRow, index(count));
    evaluator.newScope();
    return sums;
  }

  SmallVector<Value> addRow(Value row, ValueRange acc) {
    Position p;
    p.index = delinearize(row, rows);
    llvm::append_range(p.index, columnIndex);
    SmallVector<Value> next;
    for (auto [op, sum] : llvm::zip_equal(reductions, acc))
      next.push_back(evaluator.body(op, {evaluator.get(op.getDpsInputs()[0], p), sum}, p));
    SmallVector<std::pair<unsigned, Value>> whole;
    for (auto [i, v] : llvm::enumerate(yields()))
      if (isWhole(v))
        whole.emplace_back(i, evaluator.get(v, p));
    if (!whole.empty())
      when(valid, [&] {
        for (auto [i, value] : whole)
          evaluator.store(value, resultBuffer(i), p);
      });
    return next;
  }

  /// Halves the rows of partial sums until there are two.
  void combineThreadRows() {
    for (int64_t half = threadRows / 2; half > 1; half /= 2) {
      mlir::gpu::BarrierOp::create(b);
      when(less(threadRow, half), [&] {
        for (auto [op, buffer] : llvm::zip_equal(reductions, buffers))
          memref::StoreOp::create(b, combine(op, buffer, half), buffer, ValueRange{threadRow, threadColumn});
      });
    }
    mlir::gpu::BarrierOp::create(b);
  }

  /// The thread's partial sum combined with the one `distance` rows of threads
  /// on.
  Value combine(linalg::GenericOp op, Value buffer, int64_t distance) {
    Value own = memref::LoadOp::create(b, buffer, ValueRange{threadRow, threadColumn});
    Value other = memref::LoadOp::create(b, buffer, ValueRange{add(threadRow, distance), threadColumn});
    return evaluator.body(op, {other, own}, Position());
  }

  /// Combines the last two partial sums, and stores the results of the column.
  void storeColumn() {
    for (auto [op, buffer] : llvm::zip_equal(reductions, buffers))
      evaluator.fix(op.getResult(0), combine(op, buffer, 1));
    Position p;
    p.index = columnIndex;
    SmallVector<Value> values, results;
    for (auto [i, v] : llvm::enumerate(yields()))
      if (!isWhole(v)) {
        values.push_back(v);
        results.push_back(resultBuffer(i));
      }
    // All at once: the buffer of a result may be that of an operand of another.
    evaluator.storeAll(values, results, p);
  }
};

} // namespace

void gradus::gpu::emitColumn(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  ColumnEmitter(kernel, module, target).emit();
}

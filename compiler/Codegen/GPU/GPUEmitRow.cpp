//===- GPUEmitRow.cpp - A warp or a block per row -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thread t of a row's threads has the elements t, t + threads, …, so that
// accesses coalesce. Where a thread has few elements, code is unrolled over
// them: each is read, and computed, once for all reductions and results. Longer
// rows are walked by a loop for each reduction. Reductions combine a thread's
// elements in order, then lanes pairwise, then warps in order.
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

/// Threads of a block that computes one row or, by warps, several; and of one
/// that computes a row too long for the registers of the former.
constexpr int64_t kBlock = 256, kLargeBlock = 1024;

class RowEmitter : GPUKernel {
public:
  RowEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target, ArrayRef<int64_t> domain,
             int64_t split)
      : GPUKernel(kernel, module, target), evaluator(b, entry(), 1), domain(domain), rows(domain.take_front(split)),
        inner(domain.drop_front(split)), length(llvm::product_of(inner)) {
    bindArguments(evaluator);
    threads = length <= target.warpSize * target.maxRowElements ? target.warpSize
              : length <= kBlock * target.maxRowElements        ? kBlock
                                                                : kLargeBlock;
  }

  void emit() {
    int64_t count = llvm::product_of(rows), perBlock = threads == target.warpSize ? kBlock / target.warpSize : 1;
    setLaunch(llvm::divideCeil(count, perBlock), threads * perBlock);
    Value row = perBlock == 1 ? block() : add(mul(block(), perBlock), div(thread(), target.warpSize));
    self = perBlock == 1 ? thread() : rem(thread(), target.warpSize);
    // All threads of a warp take part in its shuffles, so the last warps
    // compute the last row again, and do not store it.
    bool spare = count % perBlock != 0;
    Value stores = spare ? less(row, count) : Value();
    rowIndex = delinearize(spare ? min(row, count - 1) : row, rows);
    collectElements();
    for (linalg::GenericOp op : reductionsOf(kernel))
      reduce(op);
    when(stores, [&] { storeResults(); });
  }

private:
  KernelEvaluator evaluator;
  ArrayRef<int64_t> domain, rows, inner;
  int64_t length, threads;
  Value self; // number of this thread among those of the row
  SmallVector<Value> rowIndex;
  struct Element {
    Position position;
    Value valid; // null: always
  };
  SmallVector<Element> elements; // of this thread, if code is unrolled over them; else empty

  /// Element number `linear` of the row. With `mayExceed` it may be beyond the
  /// end: then it stands for the last one, and is not valid.
  Element elementAt(Value linear, bool mayExceed) {
    Element e;
    if (mayExceed) {
      e.valid = less(linear, length);
      linear = min(linear, length - 1);
    }
    e.position.index = rowIndex;
    llvm::append_range(e.position.index, delinearize(linear, inner));
    return e;
  }

  void collectElements() {
    if (length > threads * target.maxRowElements)
      return;
    for (int64_t j = 0; j < length; j += threads)
      elements.push_back(elementAt(add(self, j), j + threads > length));
  }

  /// Applies `body` to all elements of this thread, carrying `acc` along.
  SmallVector<Value> forEach(SmallVector<Value> acc,
                             function_ref<SmallVector<Value>(const Element &, ValueRange)> body) {
    if (!elements.empty()) {
      for (const Element &e : elements)
        acc = body(e, acc);
      return acc;
    }
    // Every thread makes the same number of steps, as shuffles and barriers
    // need.
    return walk(index(0), index(llvm::alignTo(length, threads)), acc, body);
  }

  /// The same in a loop over the elements from `begin` to `end` of all threads.
  SmallVector<Value> walk(Value begin, Value end, SmallVector<Value> acc,
                          function_ref<SmallVector<Value>(const Element &, ValueRange)> body) {
    evaluator.newScope();
    acc = loop(begin, end, index(threads), acc, [&](Value first, ValueRange inner) {
      return body(elementAt(add(first, self), length % threads != 0), inner);
    });
    evaluator.newScope();
    return acc;
  }

  Value combine(linalg::GenericOp op, Value l, Value r) { return evaluator.body(op, {r, l}, Position()); }

  /// Computes a reduction, for all threads of the row.
  void reduce(linalg::GenericOp op) {
    Value identity = arith::ConstantOp::create(b, identityOf(op));
    auto accumulate = [&](const Element &e, ValueRange acc) {
      Value next = combine(op, acc[0], evaluator.get(op.getDpsInputs()[0], e.position));
      if (e.valid)
        next = arith::SelectOp::create(b, e.valid, next, acc[0]);
      return SmallVector<Value>{next};
    };
    bool isLong = isRoundedSum(op) && length > kMaxTerms * threads;
    Value sum =
        isLong ? reduceInBlocks(*this, llvm::alignTo(length, threads), kBlockTerms * threads, identity,
                                [&](Value begin, Value end) { return walk(begin, end, {identity}, accumulate); })[0]
               : forEach({identity}, accumulate)[0];
    for (int64_t d = target.warpSize / 2; d; d /= 2)
      sum = combine(op, sum, exchange(sum, d));
    if (threads > target.warpSize)
      sum = combineWarps(op, sum);
    evaluator.fix(op.getResult(0), sum);
  }

  /// The value of the thread whose number in the warp differs in bit `d`.
  Value exchange(Value v, int32_t d) {
    Value offset = arith::ConstantOp::create(b, b.getI32IntegerAttr(d));
    Value width = arith::ConstantOp::create(b, b.getI32IntegerAttr(target.warpSize));
    return mlir::gpu::ShuffleOp::create(b, v, offset, width, mlir::gpu::ShuffleMode::XOR).getShuffleResult();
  }

  /// Combines the values of the warps of a block, through shared memory.
  Value combineWarps(linalg::GenericOp op, Value v) {
    int64_t warps = threads / target.warpSize;
    Value buffer = shared({warps}, v.getType());
    Value lane = rem(self, target.warpSize);
    when(equal(lane, 0), [&] { memref::StoreOp::create(b, v, buffer, ValueRange{div(self, target.warpSize)}); });
    mlir::gpu::BarrierOp::create(b);
    Value sum = memref::LoadOp::create(b, buffer, ValueRange{index(0)});
    for (int64_t w = 1; w < warps; ++w)
      sum = combine(op, sum, memref::LoadOp::create(b, buffer, ValueRange{index(w)}));
    return sum;
  }

  void storeResults() {
    SmallVector<unsigned> whole;
    Value first = equal(self, 0);
    Position rowPosition;
    rowPosition.index = rowIndex;
    for (auto [i, v] : llvm::enumerate(yields())) {
      if (shapeOf(v) == domain && !inner.empty()) {
        whole.push_back(i);
        continue;
      }
      Value value = evaluator.get(v, rowPosition);
      when(first, [&] { evaluator.store(value, resultBuffer(i), rowPosition); });
    }
    if (whole.empty())
      return;
    forEach({}, [&](const Element &e, ValueRange) -> SmallVector<Value> {
      SmallVector<Value> values;
      for (unsigned i : whole)
        values.push_back(evaluator.get(yields()[i], e.position));
      when(e.valid, [&] {
        for (auto [i, value] : llvm::zip_equal(whole, values))
          evaluator.store(value, resultBuffer(i), e.position);
      });
      return {};
    });
  }
};

} // namespace

void gradus::gpu::emitRow(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  linalg::GenericOp reduction = firstReduction(kernel);
  SmallVector<int64_t> domain = reduction.getStaticLoopRanges();
  RowEmitter(kernel, module, target, domain, domain.size() - reduction.getNumReductionLoops()).emit();
}

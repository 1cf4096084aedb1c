//===- EmitColumn.cpp - A block per 32 or 8 columns -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Neighbouring threads stand on neighbouring columns and walk down the rows, each
// line of them over every eighth row; then the eight sums of a column are added
// by halves. Where columns are long and so few that blocks of 32 would leave a
// GPU idle, a block has 8 columns and 64 lines; 8 columns are 32 bytes, which is
// what memory moves at least.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cuda;

/// Columns from this length on, and no more blocks than this, make blocks narrow.
static constexpr int64_t kLong = 512, kFewBlocks = 256;

void gradus::cuda::emitColumn(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module) {
  GPUKernel k(kernel, module);
  SmallVector<linalg::GenericOp> reductions;
  for (Operation &op : kernel.getBody().front())
    if (isReduction(op))
      reductions.push_back(cast<linalg::GenericOp>(op));
  SmallVector<int64_t> domain = reductions[0].getStaticLoopRanges();
  ArrayRef<int64_t> rows = ArrayRef(domain).take_front(reductions[0].getNumReductionLoops());
  ArrayRef<int64_t> columns = ArrayRef(domain).drop_front(rows.size());
  int64_t height = llvm::product_of(rows), width = llvm::product_of(columns);
  bool narrow = height >= kLong && llvm::divideCeil(width, kWarp) < kFewBlocks;
  int64_t across = narrow ? 8 : kWarp, lines = narrow ? 64 : 8;
  k.setLaunch(llvm::divideCeil(width, across), lines * across);
  KernelEvaluator evaluator(k.b, k.entry(), 1);
  k.bindArguments(evaluator);

  // Threads beyond the last column walk down it too, for the barriers' sake.
  Value place = k.rem(k.thread(), across), line = k.div(k.thread(), across);
  Value column = k.add(k.mul(k.block(), across), place);
  bool spare = width % across != 0;
  Value valid = spare ? k.less(column, width) : Value();
  SmallVector<Value> at = k.delinearize(spare ? k.smaller(column, width - 1) : column, columns);

  SmallVector<Value> init;
  for (linalg::GenericOp op : reductions)
    init.push_back(arith::ConstantOp::create(k.b, identityOf(op)));
  evaluator.newScope();
  SmallVector<Value> sums =
      k.loop(line, k.index(height), k.index(lines), init, [&](Value row, ValueRange acc) -> SmallVector<Value> {
        Position p;
        p.index = k.delinearize(row, rows);
        llvm::append_range(p.index, at);
        SmallVector<Value> next;
        for (auto [op, sum] : llvm::zip_equal(reductions, acc))
          next.push_back(evaluator.body(op, {evaluator.get(op.getDpsInputs()[0], p), sum}, p));
        SmallVector<std::pair<unsigned, Value>> whole;
        for (auto [i, v] : llvm::enumerate(k.yields()))
          if (shapeOf(v) == ArrayRef<int64_t>(domain))
            whole.emplace_back(i, evaluator.get(v, p));
        if (!whole.empty())
          k.when(valid, [&] {
            for (auto [i, value] : whole)
              evaluator.store(value, k.resultBuffer(i), p);
          });
        return next;
      });
  evaluator.newScope();

  SmallVector<Value> buffers;
  for (Value sum : sums) {
    buffers.push_back(k.shared({lines, across}, sum.getType()));
    memref::StoreOp::create(k.b, sum, buffers.back(), ValueRange{line, place});
  }
  auto sumOf = [&](linalg::GenericOp op, Value buffer, int64_t half) -> Value {
    Value upper = memref::LoadOp::create(k.b, buffer, ValueRange{line, place});
    Value lower = memref::LoadOp::create(k.b, buffer, ValueRange{k.add(line, half), place});
    return evaluator.body(op, {lower, upper}, Position());
  };
  for (int64_t half = lines / 2; half > 1; half /= 2) {
    mlir::gpu::BarrierOp::create(k.b);
    k.when(k.less(line, half), [&] {
      for (auto [op, buffer] : llvm::zip_equal(reductions, buffers))
        memref::StoreOp::create(k.b, sumOf(op, buffer, half), buffer, ValueRange{line, place});
    });
  }
  mlir::gpu::BarrierOp::create(k.b);
  Value first = k.less(line, 1);
  Value stores = valid ? Value(arith::AndIOp::create(k.b, first, valid)) : first;
  k.when(stores, [&] {
    for (auto [op, buffer] : llvm::zip_equal(reductions, buffers))
      evaluator.fix(op.getResult(0), sumOf(op, buffer, 1));
    Position p;
    p.index = at;
    // All, then the stores: a result may lie where an operand of another lies.
    SmallVector<Value> values, results;
    for (auto [i, v] : llvm::enumerate(k.yields()))
      if (shapeOf(v) != ArrayRef<int64_t>(domain)) {
        values.push_back(v);
        results.push_back(k.resultBuffer(i));
      }
    evaluator.storeAll(values, results, p);
  });
}

//===- EmitColumn.cpp - A block per 32 columns ----------------------------===//
//
// Threads of a warp stand on neighbouring columns and walk down the rows, each
// warp of a block over every eighth of them; then the eight sums of a column
// are added in order.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cuda;

static constexpr int64_t kWarps = 8;

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
  k.setLaunch(llvm::divideCeil(width, kWarp), kWarps * kWarp);
  KernelEvaluator evaluator(k.b, k.entry(), 1);
  k.bindArguments(evaluator);

  // Threads beyond the last column walk down it too, for the barrier's sake.
  Value lane = k.rem(k.thread(), kWarp), warp = k.div(k.thread(), kWarp);
  Value column = k.add(k.mul(k.block(), kWarp), lane);
  bool spare = width % kWarp != 0;
  Value valid = spare ? k.less(column, width) : Value();
  SmallVector<Value> at = k.delinearize(spare ? k.smaller(column, width - 1) : column, columns);

  SmallVector<Value> init;
  for (linalg::GenericOp op : reductions)
    init.push_back(arith::ConstantOp::create(k.b, identityOf(op)));
  evaluator.newScope();
  SmallVector<Value> sums =
      k.loop(warp, k.index(height), k.index(kWarps), init, [&](Value row, ValueRange acc) -> SmallVector<Value> {
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
    buffers.push_back(k.shared({kWarps, kWarp}, sum.getType()));
    memref::StoreOp::create(k.b, sum, buffers.back(), ValueRange{warp, lane});
  }
  mlir::gpu::BarrierOp::create(k.b);
  Value first = arith::CmpIOp::create(k.b, arith::CmpIPredicate::eq, warp, k.index(0));
  Value stores = valid ? Value(arith::AndIOp::create(k.b, first, valid)) : first;
  k.when(stores, [&] {
    for (auto [op, buffer] : llvm::zip_equal(reductions, buffers)) {
      Value sum = memref::LoadOp::create(k.b, buffer, ValueRange{k.index(0), lane});
      for (int64_t w = 1; w < kWarps; ++w)
        sum = evaluator.body(op, {Value(memref::LoadOp::create(k.b, buffer, ValueRange{k.index(w), lane})), sum},
                             Position());
      evaluator.fix(op.getResult(0), sum);
    }
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

//===- EmitContraction.cpp - Products through shared memory ---------------===//
//
// A block of 256 threads computes a tile of 64 x 64 elements; each thread 4 x 4
// of them, whose sums are values carried by the loop over k. In each step of 16
// the block copies 64 x 16 elements of either operand into shared memory, k
// first whatever the operand's layout, so that the inner loop reads four
// neighbours with one access of 16 bytes. The fused epilogue is applied to the
// sums before the only store. The sum over k ascends.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cuda;

namespace {

constexpr int64_t kTile = 64, kDepth = 16, kThreads = 256, kEach = 4;
/// Columns of padding in shared memory: rows then begin in other banks, and
/// still at a multiple of 16 bytes.
constexpr int64_t kPad = 4;

class ContractionEmitter : GPUKernel {
public:
  ContractionEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, linalg::GenericOp op)
      : GPUKernel(kernel, module), op(op), element(getElementTypeOrSelf(op.getResult(0).getType())),
        evaluator(b, entry(), kEach) {
    bindArguments(evaluator);
    evaluator.setAlignment(4 * kEach);
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    rank = ranges.size() - 1;
    m = ranges[rank - 2];
    n = ranges[rank - 1];
    depth = ranges[rank];
    batch.assign(ranges.begin(), ranges.begin() + rank - 2);
    auto lastIs = [&](unsigned operand, int64_t dim) {
      return op.getIndexingMapsArray()[operand].getResult(rank - 1) == b.getAffineDimExpr(dim);
    };
    // Whether k is the dimension in which neighbours lie in memory.
    left = {bufferOf(op.getDpsInputs()[0]), m, lastIs(0, rank)};
    right = {bufferOf(op.getDpsInputs()[1]), n, lastIs(1, rank)};
  }

  void emit() {
    int64_t across = llvm::divideCeil(n, kTile), down = llvm::divideCeil(m, kTile);
    setLaunch(llvm::product_of(batch) * across * down, kThreads);
    Value tile = block();
    outer = delinearize(div(tile, across * down), batch);
    left.first = mul(rem(div(tile, across), down), kTile);
    right.first = mul(rem(tile, across), kTile);
    left.tile = shared({kDepth, kTile + kPad}, element);
    right.tile = shared({kDepth, kTile + kPad}, element);
    Value row = mul(div(thread(), kTile / kEach), kEach), column = mul(rem(thread(), kTile / kEach), kEach);

    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(VectorType::get({kEach}, element)));
    SmallVector<Value> init(kEach, zero);
    SmallVector<Value> sums =
        loop(index(0), index(depth), index(kDepth), init, [&](Value k0, ValueRange acc) -> SmallVector<Value> {
          copyTile(left, k0);
          copyTile(right, k0);
          mlir::gpu::BarrierOp::create(b);
          SmallVector<Value> next(acc);
          for (int64_t kk = 0; kk < kDepth; ++kk) {
            Value l = loadFour(left.tile, kk, row), r = loadFour(right.tile, kk, column);
            for (int64_t i = 0; i < kEach; ++i) {
              Value one = vector::ExtractOp::create(b, l, ArrayRef<int64_t>{i});
              next[i] = multiplyAdd(vector::BroadcastOp::create(b, l.getType(), one), r, next[i]);
            }
          }
          mlir::gpu::BarrierOp::create(b);
          return next;
        });
    Value m0 = add(left.first, row), n0 = add(right.first, column);
    for (int64_t i = 0; i < kEach; ++i) {
      Value at = add(m0, i);
      when(m % kTile ? less(at, m) : Value(), [&] { storeFour(sums[i], at, n0); });
    }
  }

private:
  /// An operand: `extent` is its size in the dimension that is not k.
  struct Operand {
    Value buffer;
    int64_t extent = 0;
    bool kContiguous = false;
    Value first = {}; // where this block's tile begins in that dimension
    Value tile = {};  // in shared memory, [k][extent]
  };
  linalg::GenericOp op;
  Type element;
  KernelEvaluator evaluator;
  int64_t rank, m, n, depth;
  SmallVector<int64_t> batch;
  SmallVector<Value> outer;
  Operand left, right;

  Value bufferOf(Value tensor) { return argumentBuffer(cast<BlockArgument>(tensor).getArgNumber()); }

  /// tile[kk][i] = operand at k0 + kk, first + i; zero beyond the operand.
  void copyTile(Operand &o, Value k0) {
    bool edgeK = depth % kDepth != 0, edge = o.extent % kTile != 0;
    for (int64_t c = 0; c < kTile * kDepth; c += kThreads) {
      Value linear = add(thread(), c);
      Value kk = o.kContiguous ? rem(linear, kDepth) : div(linear, kTile);
      Value i = o.kContiguous ? div(linear, kDepth) : rem(linear, kTile);
      Value k = add(k0, kk), x = add(o.first, i), inside;
      if (edgeK) {
        inside = less(k, depth);
        k = smaller(k, depth - 1);
      }
      if (edge) {
        Value in = less(x, o.extent);
        inside = inside ? Value(arith::AndIOp::create(b, inside, in)) : in;
        x = smaller(x, o.extent - 1);
      }
      SmallVector<Value> at(outer);
      at.append({o.kContiguous ? x : k, o.kContiguous ? k : x});
      Value v = memref::LoadOp::create(b, o.buffer, at);
      if (inside)
        v = arith::SelectOp::create(b, inside, v, arith::ConstantOp::create(b, b.getZeroAttr(element)));
      memref::StoreOp::create(b, v, o.tile, ValueRange{kk, i});
    }
  }

  Value loadFour(Value tile, int64_t kk, Value at) {
    return vector::LoadOp::create(b, VectorType::get({kEach}, element), tile, ValueRange{index(kk), at},
                                  /*nontemporal=*/false, llvm::MaybeAlign(4 * kEach));
  }

  Value multiplyAdd(Value l, Value r, Value acc) {
    if (isa<FloatType>(element))
      return math::FmaOp::create(b, l, r, acc);
    return arith::AddIOp::create(b, arith::MulIOp::create(b, l, r), acc);
  }

  void storeFour(Value sums, Value row, Value column) {
    auto store = [&](Value value, Value at, int vectorDim) {
      evaluator.newScope();
      evaluator.fix(op.getResult(0), value);
      Position p;
      p.index = outer;
      p.index.append({row, at});
      p.vectorDim = vectorDim;
      evaluator.storeAll(yields(), resultBuffers(), p);
      evaluator.release(op.getResult(0));
      evaluator.newScope();
    };
    if (n % kEach == 0) {
      when(n % kTile ? less(column, n) : Value(), [&] { store(sums, column, rank - 1); });
      return;
    }
    for (int64_t j = 0; j < kEach; ++j) {
      Value at = add(column, j);
      when(less(at, n), [&] { store(vector::ExtractOp::create(b, sums, ArrayRef<int64_t>{j}), at, -1); });
    }
  }
};

} // namespace

void gradus::cuda::emitContraction(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module) {
  ContractionEmitter(kernel, module, firstReduction(kernel)).emit();
}

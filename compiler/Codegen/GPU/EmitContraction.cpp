//===- EmitContraction.cpp - Products on the cores ------------------------===//
//
// A block of 256 threads computes a tile of 64 x 64 elements; each thread 4 x 4
// of them, whose sums are values carried by the loop over k. In each step of 16
// the block copies 64 x 16 elements of either operand into shared memory, k
// first whatever the operand's layout, so that the inner loop reads four
// neighbours with one access of 16 bytes. The fused epilogue is applied to the
// sums before the only store. The sum over k ascends. In f64, where everything
// takes twice the registers, a thread has 2 x 2 elements, and a step is 8 deep.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/Product.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cuda;

namespace {

constexpr int64_t kEdge = 16, kThreads = kEdge * kEdge;
/// Columns of padding in shared memory: rows then begin in other banks, and
/// still at a multiple of 16 bytes.
constexpr int64_t kPad = 4;

/// How many rows and columns of elements a thread has.
int64_t eachOf(rt::KernelOp kernel) {
  return getElementTypeOrSelf(firstReduction(kernel).getResult(0).getType()).isF64() ? 2 : 4;
}

class ContractionEmitter : Product {
public:
  ContractionEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module)
      : Product(kernel, module, eachOf(kernel)), each(eachOf(kernel)), tile(kEdge * each), depth(4 * each),
        vectorType(VectorType::get({each}, sumType)) {}

  void emit() {
    placeBlocks(tile, tile, kThreads);
    left.tile = shared({depth, tile + kPad}, sumType);
    right.tile = shared({depth, tile + kPad}, sumType);
    Value row = mul(div(thread(), kEdge), each), column = mul(rem(thread(), kEdge), each);

    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(vectorType));
    SmallVector<Value> init(each, zero);
    SmallVector<Value> sums =
        loop(index(0), index(shape.k), index(depth), init, [&](Value k0, ValueRange acc) -> SmallVector<Value> {
          copyTile(left, k0);
          copyTile(right, k0);
          mlir::gpu::BarrierOp::create(b);
          SmallVector<Value> next(acc);
          for (int64_t kk = 0; kk < depth; ++kk) {
            Value l = loadSome(left.tile, kk, row), r = loadSome(right.tile, kk, column);
            for (int64_t i = 0; i < each; ++i) {
              Value one = vector::ExtractOp::create(b, l, ArrayRef<int64_t>{i});
              next[i] = math::FmaOp::create(b, vector::BroadcastOp::create(b, vectorType, one), r, next[i]);
            }
          }
          mlir::gpu::BarrierOp::create(b);
          return next;
        });
    keepRolled(sums);
    for (int64_t i = 0; i < each; ++i)
      storeRow(sums[i], add(add(left.first, row), i), add(right.first, column));
  }

private:
  int64_t each, tile, depth;
  VectorType vectorType;

  /// tile[kk][i] = factor at k0 + kk, first + i; zero beyond the factor.
  void copyTile(const Factor &f, Value k0) {
    bool edgeK = shape.k % depth != 0, edge = f.extent % tile != 0;
    for (int64_t c = 0; c < tile * depth; c += kThreads) {
      Value linear = add(thread(), c);
      Value kk = f.kContiguous ? rem(linear, depth) : div(linear, tile);
      Value i = f.kContiguous ? div(linear, depth) : rem(linear, tile);
      Value k = add(k0, kk), x = add(f.first, i), inside;
      if (edgeK) {
        inside = less(k, shape.k);
        k = smaller(k, shape.k - 1);
      }
      if (edge) {
        Value in = less(x, f.extent);
        inside = inside ? Value(arith::AndIOp::create(b, inside, in)) : in;
        x = smaller(x, f.extent - 1);
      }
      Value v = memref::LoadOp::create(b, f.buffer, indicesOf(f, k, x));
      if (v.getType() != sumType)
        v = arith::ExtFOp::create(b, sumType, v);
      if (inside)
        v = arith::SelectOp::create(b, inside, v, arith::ConstantOp::create(b, b.getZeroAttr(sumType)));
      memref::StoreOp::create(b, v, f.tile, ValueRange{kk, i});
    }
  }

  Value loadSome(Value from, int64_t kk, Value at) {
    return vector::LoadOp::create(b, vectorType, from, ValueRange{index(kk), at}, /*nontemporal=*/false,
                                  llvm::MaybeAlign(16));
  }
};

} // namespace

void gradus::cuda::emitContraction(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module) {
  ContractionEmitter(kernel, module).emit();
}

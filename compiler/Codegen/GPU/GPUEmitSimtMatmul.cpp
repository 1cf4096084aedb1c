//===- GPUEmitSimtMatmul.cpp - Products on the cores ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block of 256 threads computes a tile of 64 x 64 elements, in steps of 16
// along k (see MultistageMatmul.h); each thread 4 x 4 of them, whose sums are values
// carried by the loop over k. Shared memory is read 16 bytes at a time, four
// neighbours in the result or, where k is contiguous, in k. The fused epilogue is
// applied to the sums before the only store. The sum over k ascends. In f64, where
// everything takes twice the registers, a thread has 2 x 2 elements and a step
// is 8 deep.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/GPUEmit.h"
#include "compiler/Codegen/GPU/MultistageMatmul.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

namespace {

/// Threads along either side of a tile.
constexpr int64_t kEdge = 16;

/// How many rows and columns of elements a thread has.
int64_t eachOf(rt::KernelOp kernel) {
  return getElementTypeOrSelf(firstReduction(kernel).getResult(0).getType()).isF64() ? 2 : 4;
}

/// Whether a thread's columns are neighbours. Where k is contiguous in the right
/// factor they are 16 apart: the rows in which neighbouring threads then read
/// begin in different banks.
bool hasAdjacentColumns(rt::KernelOp kernel) { return !matmulLoopsOf(firstReduction(kernel)).transposedRhs; }

class SimtMatmulEmitter : MultistageMatmul {
public:
  SimtMatmulEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, bool async)
      : MultistageMatmul(kernel, module, hasAdjacentColumns(kernel) ? eachOf(kernel) : 1, async), each(eachOf(kernel)),
        adjacent(hasAdjacentColumns(kernel)), vectorType(VectorType::get({each}, sumType)) {}

  void emit() {
    int64_t tile = kEdge * each, depth = 4 * each, pad = 16 / left.bytes();
    divide({tile, tile, depth, kEdge * kEdge, {pad, pad}});
    Value row = mul(div(thread(), kEdge), each), line = rem(thread(), kEdge);
    Value column = adjacent ? mul(line, each) : line;
    SmallVector<Value> init(each, arith::ConstantOp::create(b, b.getZeroAttr(vectorType)));
    SmallVector<Value> sums = pipeline(init, [&](Value stage, ValueRange acc) {
      SmallVector<Value> next(acc);
      for (int64_t k = 0; k < depth; k += each) {
        // [k][x], each of them `each` long.
        SmallVector<Value> l = loadSquare(left, stage, k, row, 1), r = loadSquare(right, stage, k, column, stride());
        for (int64_t kk = 0; kk < each; ++kk)
          for (int64_t i = 0; i < each; ++i) {
            Value one = vector::ExtractOp::create(b, l[kk], ArrayRef<int64_t>{i});
            next[i] = math::FmaOp::create(b, vector::BroadcastOp::create(b, vectorType, one), r[kk], next[i]);
          }
      }
      return next;
    });
    for (int64_t i = 0; i < each; ++i) {
      Value at = add(add(left.first, row), i), first = add(right.first, column);
      if (adjacent) {
        storeRow(sums[i], at, first);
        continue;
      }
      for (int64_t j = 0; j < each; ++j) {
        Value one = vector::ExtractOp::create(b, sums[i], ArrayRef<int64_t>{j});
        storeRow(vector::BroadcastOp::create(b, VectorType::get({1}, sumType), one), at, add(first, j * stride()));
      }
    }
  }

private:
  int64_t each;
  bool adjacent;
  VectorType vectorType;

  /// From one column of a thread to the next.
  int64_t stride() const { return adjacent ? 1 : kEdge; }

  /// The elements at k, k + 1, … and x, x + stride, … as a vector over x for each k.
  SmallVector<Value> loadSquare(const Operand &f, Value stage, int64_t k, Value x, int64_t stride) {
    SmallVector<Value> loaded;
    for (int64_t i = 0; i < each; ++i) {
      SmallVector<Value> at = f.kContiguous ? bufferIndices(f, stage, index(k), add(x, i * stride))
                                            : bufferIndices(f, stage, index(k + i), x);
      Value v = vector::LoadOp::create(b, VectorType::get({each}, f.element()), f.stages, at, /*nontemporal=*/false,
                                       llvm::MaybeAlign(each * f.bytes()));
      loaded.push_back(f.element() == sumType ? v : Value(arith::ExtFOp::create(b, vectorType, v)));
    }
    if (!f.kContiguous)
      return loaded;
    SmallVector<Value> turned;
    for (int64_t kk = 0; kk < each; ++kk) {
      SmallVector<Value> elements;
      for (Value v : loaded)
        elements.push_back(vector::ExtractOp::create(b, v, ArrayRef<int64_t>{kk}));
      turned.push_back(vector::FromElementsOp::create(b, vectorType, elements));
    }
    return turned;
  }
};

} // namespace

void gradus::gpu::emitSimtMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, bool async) {
  SimtMatmulEmitter(kernel, module, async).emit();
}

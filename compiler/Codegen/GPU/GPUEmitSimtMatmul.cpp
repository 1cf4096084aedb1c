//===- GPUEmitSimtMatmul.cpp - Matmul kernels for the CUDA cores ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SIMT matmuls, without tensor cores. A block of 256 threads computes a tile of
// 64 x 64 elements, in steps of 16 along k (see MultistageMatmul.h); each
// thread 4 x 4 of them, whose sums are carried by the loop over k. Shared
// memory is read 16 bytes at a time: four neighbours in m or n or, where k is
// contiguous, in k. The epilogue is applied to the sums before the only store.
// The sum over k ascends. In f64, where everything takes twice the registers, a
// thread has 2 x 2 elements and a step is 8 deep.
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

/// Threads along either edge of a tile.
constexpr int64_t kEdgeThreads = 16;

/// Rows and columns of the result that a thread computes.
int64_t threadTileOf(rt::KernelOp kernel) {
  return getElementTypeOrSelf(firstReduction(kernel).getResult(0).getType()).isF64() ? 2 : 4;
}

/// True if a thread's columns are neighbours. Where k is contiguous in the rhs
/// they are 16 apart: neighbouring threads then read rows of the rhs's tile
/// that begin in different banks.
bool hasAdjacentColumns(rt::KernelOp kernel) { return !matmulLoopsOf(firstReduction(kernel)).transposedRhs; }

class SimtMatmulEmitter : MultistageMatmul {
public:
  SimtMatmulEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target)
      : MultistageMatmul(kernel, module, target, hasAdjacentColumns(kernel) ? threadTileOf(kernel) : 1,
                         /*async=*/target.tensorCores),
        threadTile(threadTileOf(kernel)), adjacent(hasAdjacentColumns(kernel)),
        vectorType(VectorType::get({threadTile}, sumType)) {}

  void emit() {
    int64_t edge = kEdgeThreads * threadTile, tileK = 4 * threadTile;
    int64_t padding = target.maxAccessBytes / lhs.elementBytes();
    tile({edge, edge, tileK, kEdgeThreads * kEdgeThreads, padding, padding});
    Value row = mul(div(thread(), kEdgeThreads), threadTile), threadColumn = rem(thread(), kEdgeThreads);
    Value column = adjacent ? mul(threadColumn, threadTile) : threadColumn;
    SmallVector<Value> init(threadTile, arith::ConstantOp::create(b, b.getZeroAttr(vectorType)));
    SmallVector<Value> sums = mainLoop(init, [&](Value stage, ValueRange acc) {
      SmallVector<Value> next(acc);
      for (int64_t k = 0; k < tileK; k += threadTile) {
        SmallVector<Value> lhsFragment = loadFragment(lhs, stage, k, row, 1);
        SmallVector<Value> rhsFragment = loadFragment(rhs, stage, k, column, columnStride());
        multiply(lhsFragment, rhsFragment, next);
      }
      return next;
    });
    for (int64_t i = 0; i < threadTile; ++i)
      storeSums(sums[i], add(add(lhs.tileStart, row), i), add(rhs.tileStart, column));
  }

private:
  int64_t threadTile;
  bool adjacent;
  VectorType vectorType; // a thread's sums of a row

  /// From one column of a thread to the next.
  int64_t columnStride() const { return adjacent ? 1 : kEdgeThreads; }

  /// Adds the outer products of fragments, one vector for each k, to the sums.
  void multiply(ArrayRef<Value> lhsFragment, ArrayRef<Value> rhsFragment, MutableArrayRef<Value> sums) {
    for (int64_t k = 0; k < threadTile; ++k)
      for (int64_t i = 0; i < threadTile; ++i) {
        Value element = vector::ExtractOp::create(b, lhsFragment[k], ArrayRef<int64_t>{i});
        sums[i] = math::FmaOp::create(b, vector::BroadcastOp::create(b, vectorType, element), rhsFragment[k], sums[i]);
      }
  }

  /// The elements at x, x + stride, … as a vector for each of k, k + 1, …
  SmallVector<Value> loadFragment(const Operand &operand, Value stage, int64_t k, Value x, int64_t stride) {
    SmallVector<Value> loaded;
    for (int64_t i = 0; i < threadTile; ++i) {
      SmallVector<Value> at = operand.kContiguous ? bufferIndices(operand, stage, index(k), add(x, i * stride))
                                                  : bufferIndices(operand, stage, index(k + i), x);
      Value v = vector::LoadOp::create(b, VectorType::get({threadTile}, operand.element()), operand.stages, at,
                                       /*nontemporal=*/false, llvm::MaybeAlign(threadTile * operand.elementBytes()));
      loaded.push_back(operand.element() == sumType ? v : Value(arith::ExtFOp::create(b, vectorType, v)));
    }
    return operand.kContiguous ? transpose(loaded) : loaded;
  }

  SmallVector<Value> transpose(ArrayRef<Value> rows) {
    SmallVector<Value> columns;
    for (int64_t i = 0; i < threadTile; ++i) {
      SmallVector<Value> elements;
      for (Value row : rows)
        elements.push_back(vector::ExtractOp::create(b, row, ArrayRef<int64_t>{i}));
      columns.push_back(vector::FromElementsOp::create(b, vectorType, elements));
    }
    return columns;
  }

  /// Stores a thread's sums of a row; columns that are no neighbours one by
  /// one.
  void storeSums(Value sums, Value row, Value column) {
    if (adjacent) {
      storeRow(sums, row, column);
      return;
    }
    for (int64_t j = 0; j < threadTile; ++j) {
      Value element = vector::ExtractOp::create(b, sums, ArrayRef<int64_t>{j});
      storeRow(vector::BroadcastOp::create(b, VectorType::get({1}, sumType), element), row,
               add(column, j * columnStride()));
    }
  }
};

} // namespace

void gradus::gpu::emitSimtMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  SimtMatmulEmitter(kernel, module, target).emit();
}

//===- GPUEmitTensorCoreMatmul.cpp - Matmul kernels for tensor cores ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block of four warps computes a tile of 128 x 128 elements, or of 64 x 64
// where larger ones would be too few to fill a GPU; each warp a quarter of it,
// whose sums are fragments carried by the loop over k (see MultistageMatmul.h).
// Eight warps share a large tile if the epilogue is large, since that needs
// registers beside the sums.
//
// Fragments of bf16 are loaded by ldmatrix, transposed where k is not
// contiguous; those of tf32 element by element, and rounded then. Padding lets
// the eight rows of a matrix, or the 32 elements of a fragment, begin in
// different banks.
//
// Fragments are those of PTX's mma.m16n8k16 (bf16) and m16n8k8 (tf32): "Matrix
// Fragments for mma" of the PTX ISA. Lane = 4 g + t holds rows g and g + 8,
// columns 2 t and 2 t + 1 of a sum.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/GPUEmit.h"
#include "compiler/Codegen/GPU/MultistageMatmul.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

namespace {

/// Edge of a block's tile.
constexpr int64_t kLargeTile = 128, kSmallTile = 64;
/// Bytes of a tile along k.
constexpr int64_t kTileBytesK = 64;
/// Rows and columns of a sum that one mma.sync adds to.
constexpr int64_t kMmaM = 16, kMmaN = 8;
/// Warps of a block along m.
constexpr int64_t kWarpsM = 2;
/// What a function of the math dialect counts as, in operations: about what it
/// expands to.
constexpr int64_t kFunctionOps = 16;

/// Operations per element of the epilogue.
int64_t epilogueOps(rt::KernelOp kernel) {
  int64_t count = 0;
  kernel.getBody().walk([&](Operation *op) {
    if (op->getParentOp() == kernel || isReduction(*op->getParentOp()))
      return;
    bool function = isa<math::MathDialect>(op->getDialect()) && !isa<math::SqrtOp, math::AbsFOp>(op);
    count += function ? kFunctionOps : 1;
  });
  return count;
}

class TensorCoreMatmulEmitter : MultistageMatmul {
public:
  TensorCoreMatmulEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target)
      : MultistageMatmul(kernel, module, target, /*storeWidth=*/2,
                         /*async=*/true),
        isBF16(lhs.element().isBF16()), tileK(kTileBytesK / lhs.elementBytes()), mmaK(isBF16 ? 16 : 8),
        sumsType(VectorType::get({2, 2}, sumType)) {
    int64_t largeTiles =
        shape.batches() * llvm::divideCeil(shape.m, kLargeTile) * llvm::divideCeil(shape.n, kLargeTile);
    tileEdge = largeTiles >= target.tilesToFill ? kLargeTile : kSmallTile;
    warpsN = tileEdge == kLargeTile && epilogueOps(kernel) > target.largeEpilogueOps ? 4 : 2;
    // Rounding the operands to 8 or 11 bits costs more than plain totals do.
    compensates = false;
    warpM = tileEdge / kWarpsM;
    warpN = tileEdge / warpsN;
  }

  void emit() {
    tile({tileEdge, tileEdge, tileK, kWarpsM * warpsN * target.warpSize, target.maxAccessBytes / lhs.elementBytes(),
          /*otherPadding=*/8});
    rt::Precision precision = isBF16 ? rt::Precision::BF16 : rt::Precision::TF32;
    function->setAttr(rt::kPrecisionAttr, rt::PrecisionAttr::get(b.getContext(), precision));
    lane = rem(thread(), target.warpSize);
    Value warp = div(thread(), target.warpSize);
    Value row = mul(div(warp, warpsN), warpM), column = mul(rem(warp, warpsN), warpN);
    SmallVector<Value> init((warpM / kMmaM) * (warpN / kMmaN), arith::ConstantOp::create(b, b.getZeroAttr(sumsType)));
    SmallVector<Value> sums =
        mainLoop(init, [&](Value stage, ValueRange acc) { return multiply(stage, row, column, acc); });

    Value firstRow = add(add(lhs.tileStart, row), div(lane, 4));
    Value firstColumn = add(add(rhs.tileStart, column), mul(rem(lane, 4), 2));
    for (auto [i, sum] : llvm::enumerate(sums)) {
      int64_t m = i / (warpN / kMmaN) * kMmaM, n = i % (warpN / kMmaN) * kMmaN;
      for (int64_t half : {0, 1})
        storeRow(vector::ExtractOp::create(b, sum, ArrayRef<int64_t>{half}), add(firstRow, m + 8 * half),
                 add(firstColumn, n));
    }
  }

private:
  bool isBF16; // operands of bf16; else of f32, rounded to tf32
  int64_t tileK, mmaK;
  VectorType sumsType; // of a lane, for one mma.sync
  int64_t tileEdge;
  int64_t warpsN;       // of a block along n
  int64_t warpM, warpN; // the tile of a warp
  Value lane;

  /// Adds the product of the operands' tiles in `stage` to the sums of the warp
  /// whose tile begins at `row` and `column`.
  SmallVector<Value> multiply(Value stage, Value row, Value column, ValueRange acc) {
    SmallVector<Value> sums(acc);
    for (int64_t k = 0; k < tileK; k += mmaK) {
      SmallVector<Value> lhsFragments, rhsFragments;
      for (int64_t i = 0; i < warpM; i += kMmaM)
        lhsFragments.push_back(isBF16 ? loadMatrices(lhs, stage, add(row, i), k, /*xFirst=*/true)
                                      : loadElements(lhs, stage, add(row, i), k, {{0, 0}, {8, 0}, {0, 4}, {8, 4}}));
      for (int64_t j = 0; j < warpN; j += isBF16 ? 2 * kMmaN : kMmaN) {
        if (!isBF16) {
          rhsFragments.push_back(loadElements(rhs, stage, add(column, j), k, {{0, 0}, {0, 4}}));
          continue;
        }
        Value two = loadMatrices(rhs, stage, add(column, j), k, /*xFirst=*/false);
        for (int64_t half : {0, 2})
          rhsFragments.push_back(assemble({vector::ExtractOp::create(b, two, ArrayRef<int64_t>{half}),
                                           vector::ExtractOp::create(b, two, ArrayRef<int64_t>{half + 1})}));
      }
      for (auto [i, sum] : llvm::enumerate(sums))
        sum = nvgpu::MmaSyncOp::create(b, lhsFragments[i / rhsFragments.size()], rhsFragments[i % rhsFragments.size()],
                                       sum, ArrayRef<int64_t>{kMmaM, kMmaN, mmaK}, /*tf32Enabled=*/!isBF16);
    }
    return sums;
  }

  /// Four 8 x 8 matrices of bf16, from x and k on: with `xFirst`, neighbours in
  /// x first, then in k, as an lhs fragment has them; else in k first, as two
  /// rhs fragments do. Each lane gives the address of one row of a matrix.
  Value loadMatrices(const Operand &operand, Value stage, Value x, int64_t k, bool xFirst) {
    Value matrixRow = rem(lane, 8), matrixBit0 = rem(div(lane, 8), 2), matrixBit1 = div(lane, 16);
    Value offsetX = mul(xFirst ? matrixBit0 : matrixBit1, 8), offsetK = mul(xFirst ? matrixBit1 : matrixBit0, 8);
    x = add(x, operand.kContiguous ? add(offsetX, matrixRow) : offsetX);
    Value kIndex = add(operand.kContiguous ? offsetK : add(offsetK, matrixRow), k);
    return nvgpu::LdMatrixOp::create(b, VectorType::get({4, 2}, operand.element()), operand.stages,
                                     bufferIndices(operand, stage, kIndex, x),
                                     /*transpose=*/!operand.kContiguous, /*numTiles=*/4);
  }

  /// A fragment of tf32, rounded from f32: its elements by (x, k) in lane 0.
  Value loadElements(const Operand &operand, Value stage, Value x, int64_t k,
                     ArrayRef<std::pair<int64_t, int64_t>> positions) {
    SmallVector<Value> elements;
    for (auto [offsetX, offsetK] : positions) {
      Value xIndex = add(add(x, div(lane, 4)), offsetX), kIndex = add(rem(lane, 4), k + offsetK);
      Value v = memref::LoadOp::create(b, operand.stages, bufferIndices(operand, stage, kIndex, xIndex));
      Value bits = NVVM::ConvertFloatToTF32Op::create(b, b.getI32Type(), v, NVVM::FPRoundingMode::RNA);
      elements.push_back(vector::BroadcastOp::create(b, VectorType::get({1}, operand.element()),
                                                     arith::BitcastOp::create(b, operand.element(), bits)));
    }
    return assemble(elements);
  }

  /// The vectors as rows of one vector.
  Value assemble(ArrayRef<Value> rows) {
    auto row = cast<VectorType>(rows[0].getType());
    auto type = VectorType::get({static_cast<int64_t>(rows.size()), row.getDimSize(0)}, row.getElementType());
    Value whole = arith::ConstantOp::create(b, b.getZeroAttr(type));
    for (auto [i, v] : llvm::enumerate(rows))
      whole = vector::InsertOp::create(b, v, whole, ArrayRef<int64_t>{static_cast<int64_t>(i)});
    return whole;
  }
};

} // namespace

bool gradus::gpu::fitsTensorCores(rt::KernelOp kernel) {
  linalg::GenericOp matmul = firstReduction(kernel);
  auto precision = matmul->getAttrOfType<nn::PrecisionAttr>(nn::kPrecisionAttr);
  return getElementTypeOrSelf(matmul.getDpsInputs()[0].getType()).isBF16() ||
         (precision && precision.getValue() == nn::Precision::TF32);
}

void gradus::gpu::emitTensorCoreMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  TensorCoreMatmulEmitter(kernel, module, target).emit();
}

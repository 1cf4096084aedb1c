//===- GPUEmitTensorCoreMatmul.cpp - Products on tensor cores -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block of four warps computes a tile of 128 x 128 elements, or of 64 x 64
// where larger ones would be too few to fill a GPU; each warp a quarter of it,
// whose sums are fragments carried by the loop over k (see MultistageMatmul.h). Eight warps
// share a large tile if much is fused behind the product, which needs registers
// beside the sums.
//
// Fragments of bf16 are read with ldmatrix, transposed where k is not the
// contiguous dimension; those of tf32 element by element, and rounded there.
// Padding lets the eight rows of a matrix, or the 32 elements of a fragment,
// begin in different banks.
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

/// Bytes of a tile along k.
constexpr int64_t kDepthBytes = 64;
/// Rows and columns of a sum that one instruction adds to.
constexpr int64_t kRows = 16, kColumns = 8;
/// Tiles of 128 x 128 are worth it from about one per multiprocessor on.
constexpr int64_t kManyTiles = 100;
/// Operations per element, from which on much is fused behind a product.
constexpr int64_t kMuchWork = 24;

/// Operations per element of what is fused behind the product; a function counts
/// as what it expands to.
int64_t workBehind(rt::KernelOp kernel) {
  int64_t work = 0;
  kernel.getBody().walk([&](Operation *op) {
    if (op->getParentOp() != kernel && !isReduction(*op->getParentOp()))
      work += isa<math::MathDialect>(op->getDialect()) && !isa<math::SqrtOp, math::AbsFOp>(op) ? 16 : 1;
  });
  return work;
}

class TensorCoreMatmulEmitter : MultistageMatmul {
public:
  TensorCoreMatmulEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module)
      : MultistageMatmul(kernel, module, /*lanes=*/2, /*async=*/true), narrow(left.element().isBF16()),
        depth(kDepthBytes / left.bytes()), step(narrow ? 16 : 8), sumsType(VectorType::get({2, 2}, sumType)) {
    int64_t large = shape.batches() * llvm::divideCeil(shape.m, 128) * llvm::divideCeil(shape.n, 128);
    tile = large >= kManyTiles ? 128 : 64;
    int64_t across = tile == 128 && workBehind(kernel) > kMuchWork ? 4 : 2;
    height = tile / 2;
    width = tile / across;
    threads = 2 * across * kThreadsPerWarp;
  }

  void emit() {
    divide({tile, tile, depth, threads, {16 / left.bytes(), 8}});
    function->setAttr(rt::kPrecisionAttr, b.getStringAttr(narrow ? "bf16" : "tf32"));
    lane = rem(thread(), kThreadsPerWarp);
    Value warp = div(thread(), kThreadsPerWarp);
    Value row = mul(div(warp, tile / width), height), column = mul(rem(warp, tile / width), width);
    SmallVector<Value> init((height / kRows) * (width / kColumns),
                            arith::ConstantOp::create(b, b.getZeroAttr(sumsType)));
    SmallVector<Value> sums =
        pipeline(init, [&](Value stage, ValueRange acc) { return multiply(stage, row, column, acc); });

    Value firstRow = add(add(left.first, row), div(lane, 4));
    Value firstColumn = add(add(right.first, column), mul(rem(lane, 4), 2));
    for (auto [i, sum] : llvm::enumerate(sums)) {
      int64_t m = i / (width / kColumns) * kRows, n = i % (width / kColumns) * kColumns;
      for (int64_t half : {0, 1})
        storeRow(vector::ExtractOp::create(b, sum, ArrayRef<int64_t>{half}), add(firstRow, m + 8 * half),
                 add(firstColumn, n));
    }
  }

private:
  bool narrow; // factors of bf16; else of f32, rounded to tf32
  int64_t depth, step;
  VectorType sumsType;
  int64_t tile, height, width; // of a block; of a warp
  int64_t threads;
  Value lane;

  /// Adds the product of the tiles of a stage to the warp's sums.
  SmallVector<Value> multiply(Value stage, Value row, Value column, ValueRange acc) {
    SmallVector<Value> sums(acc);
    for (int64_t k = 0; k < depth; k += step) {
      SmallVector<Value> l, r;
      for (int64_t i = 0; i < height; i += kRows)
        l.push_back(narrow ? loadMatrices(left, stage, add(row, i), k, /*byRows=*/true)
                           : loadElements(left, stage, add(row, i), k, {{0, 0}, {8, 0}, {0, 4}, {8, 4}}));
      for (int64_t j = 0; j < width; j += narrow ? 2 * kColumns : kColumns) {
        if (!narrow) {
          r.push_back(loadElements(right, stage, add(column, j), k, {{0, 0}, {0, 4}}));
          continue;
        }
        Value both = loadMatrices(right, stage, add(column, j), k, /*byRows=*/false);
        for (int64_t half : {0, 2})
          r.push_back(assemble({vector::ExtractOp::create(b, both, ArrayRef<int64_t>{half}),
                                vector::ExtractOp::create(b, both, ArrayRef<int64_t>{half + 1})}));
      }
      for (auto [i, sum] : llvm::enumerate(sums))
        sum = nvgpu::MmaSyncOp::create(b, l[i / r.size()], r[i % r.size()], sum,
                                       ArrayRef<int64_t>{kRows, kColumns, step}, /*tf32Enabled=*/!narrow);
    }
    return sums;
  }

  /// Four 8 x 8 matrices of bf16 from x and k: with `byRows` side by side in x
  /// first, then in k, as the left fragment has them; else in k first, as two
  /// right fragments do. Each lane names the place of one row.
  Value loadMatrices(const Operand &f, Value stage, Value x, int64_t k, bool byRows) {
    Value within = rem(lane, 8), one = rem(div(lane, 8), 2), two = div(lane, 16);
    Value inX = mul(byRows ? one : two, 8), inK = mul(byRows ? two : one, 8);
    x = add(x, f.kContiguous ? add(inX, within) : inX);
    Value kAt = add(f.kContiguous ? inK : add(inK, within), k);
    return nvgpu::LdMatrixOp::create(b, VectorType::get({4, 2}, f.element()), f.stages, bufferIndices(f, stage, kAt, x),
                                     /*transpose=*/!f.kContiguous, /*numTiles=*/4);
  }

  /// The elements (x, k) of a fragment of tf32, given for lane 0.
  Value loadElements(const Operand &f, Value stage, Value x, int64_t k, ArrayRef<std::pair<int64_t, int64_t>> places) {
    SmallVector<Value> elements;
    for (auto [inX, inK] : places) {
      Value xAt = add(add(x, div(lane, 4)), inX), kAt = add(rem(lane, 4), k + inK);
      Value v = memref::LoadOp::create(b, f.stages, bufferIndices(f, stage, kAt, xAt));
      Value bits = NVVM::ConvertFloatToTF32Op::create(b, b.getI32Type(), v, NVVM::FPRoundingMode::RNA);
      elements.push_back(vector::BroadcastOp::create(b, VectorType::get({1}, f.element()),
                                                     arith::BitcastOp::create(b, f.element(), bits)));
    }
    return assemble(elements);
  }

  /// A vector of vectors.
  Value assemble(ArrayRef<Value> parts) {
    auto part = cast<VectorType>(parts[0].getType());
    auto type = VectorType::get({static_cast<int64_t>(parts.size()), part.getDimSize(0)}, part.getElementType());
    Value whole = arith::ConstantOp::create(b, b.getZeroAttr(type));
    for (auto [i, v] : llvm::enumerate(parts))
      whole = vector::InsertOp::create(b, v, whole, ArrayRef<int64_t>{static_cast<int64_t>(i)});
    return whole;
  }
};

} // namespace

bool gradus::gpu::fitsTensorCores(rt::KernelOp kernel) {
  linalg::GenericOp product = firstReduction(kernel);
  auto precision = product->getAttrOfType<nn::PrecisionAttr>(nn::kPrecisionAttr);
  return getElementTypeOrSelf(product.getDpsInputs()[0].getType()).isBF16() ||
         (precision && precision.getValue() == nn::Precision::TF32);
}

void gradus::gpu::emitTensorCoreMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module) {
  TensorCoreMatmulEmitter(kernel, module).emit();
}

//===- EmitTensorContraction.cpp - Products on tensor cores ---------------===//
//
// A block of four warps computes a tile of 128 x 128 elements, or of 64 x 64
// where larger ones would be too few to fill a GPU; each warp a quarter of it,
// whose sums are fragments carried by the loop over k. Tiles of the factors,
// 64 bytes deep, wait in a ring of four stages in shared memory: while one is
// multiplied, cp.async fills the next three. A barrier per step suffices: the
// stage it fills is the one that all have finished before it.
//
// In shared memory a tile keeps the layout of its factor. Fragments of bf16 are
// read with ldmatrix, transposed where k is not the contiguous dimension; those
// of tf32 element by element, and rounded there. Padding lets the eight rows of
// a matrix, or the 32 elements of a fragment, begin in different banks.
//
// Fragments are those of PTX's mma.m16n8k16 (bf16) and m16n8k8 (tf32): "Matrix
// Fragments for mma" of the PTX ISA. Lane = 4 g + t holds rows g and g + 8,
// columns 2 t and 2 t + 1 of a sum.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/Product.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cuda;

namespace {

constexpr int64_t kWarps = 4, kThreads = kWarps * kWarp, kStages = 4;
/// Bytes of a tile along k.
constexpr int64_t kDepthBytes = 64;
/// Rows and columns of a sum that one instruction adds to.
constexpr int64_t kRows = 16, kColumns = 8;
/// Tiles of 128 x 128 are worth it from about one per multiprocessor on.
constexpr int64_t kManyTiles = 100;

class TensorContractionEmitter : Product {
public:
  TensorContractionEmitter(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module)
      : Product(kernel, module, /*lanes=*/2), narrow(left.element().isBF16()),
        bytes(left.element().getIntOrFloatBitWidth() / 8), depth(kDepthBytes / bytes), step(narrow ? 16 : 8),
        steps(llvm::divideCeil(shape.k, depth)), sumsType(VectorType::get({2, 2}, sumType)) {
    int64_t large = shape.batches() * llvm::divideCeil(shape.m, 128) * llvm::divideCeil(shape.n, 128);
    tile = large >= kManyTiles ? 128 : 64;
  }

  void emit() {
    placeBlocks(tile, tile, kThreads);
    function->setAttr(rt::kPrecisionAttr, b.getStringAttr(narrow ? "bf16" : "tf32"));
    makeRing(left);
    makeRing(right);
    lane = rem(thread(), kWarp);
    Value warp = div(thread(), kWarp);
    Value row = mul(div(warp, 2), tile / 2), column = mul(rem(warp, 2), tile / 2);

    for (int64_t s = 0; s + 1 < kStages; ++s) {
      if (s < steps)
        copyTiles(index(s), index(s));
      commit();
    }
    SmallVector<Value> init((tile / 2 / kRows) * (tile / 2 / kColumns),
                            arith::ConstantOp::create(b, b.getZeroAttr(sumsType)));
    SmallVector<Value> sums =
        loop(index(0), index(steps), index(1), init, [&](Value s, ValueRange acc) -> SmallVector<Value> {
          if (token)
            nvgpu::DeviceAsyncWaitOp::create(b, token, b.getI32IntegerAttr(kStages - 2));
          mlir::gpu::BarrierOp::create(b);
          Value next = add(s, kStages - 1);
          when(less(next, steps), [&] { copyTiles(next, rem(next, kStages)); });
          commit();
          return multiply(rem(s, kStages), row, column, acc);
        });
    keepRolled(sums);

    Value firstRow = add(add(left.first, row), div(lane, 4));
    Value firstColumn = add(add(right.first, column), mul(rem(lane, 4), 2));
    for (auto [i, sum] : llvm::enumerate(sums)) {
      int64_t m = i / (tile / 2 / kColumns) * kRows, n = i % (tile / 2 / kColumns) * kColumns;
      for (int64_t half : {0, 1})
        storeRow(vector::ExtractOp::create(b, sum, ArrayRef<int64_t>{half}), add(firstRow, m + 8 * half),
                 add(firstColumn, n));
    }
  }

private:
  bool narrow; // factors of bf16; else of f32, rounded to tf32
  int64_t bytes, depth, step, steps;
  VectorType sumsType;
  int64_t tile;
  Value lane;
  Value token; // of the last group, or of a copy before the first; null without copies

  /// [stage][row][column] in the layout of the factor.
  void makeRing(Factor &f) {
    int64_t rows = f.kContiguous ? tile : depth, columns = f.kContiguous ? depth : tile;
    int64_t pad = f.kContiguous ? 16 / bytes : 8;
    f.tile = shared({kStages, rows, columns + pad}, f.element());
  }

  /// Ends a group of copies, which may be empty at the end: what counts is how
  /// many groups there have been. Without any copy there is nothing to wait for.
  void commit() {
    if (token)
      token = nvgpu::DeviceAsyncCreateGroupOp::create(b, token.getType(), token);
  }

  void copyTiles(Value s, Value stage) {
    copyTile(left, s, stage);
    copyTile(right, s, stage);
  }

  /// Starts the copies of step `s`; beyond the factor, zeros.
  void copyTile(const Factor &f, Value s, Value stage) {
    int64_t columns = f.kContiguous ? depth : tile, rows = f.kContiguous ? tile : depth;
    // As many neighbours at once as rows of the factor are aligned to.
    int64_t chunk = 16 / bytes, contiguous = f.kContiguous ? shape.k : f.extent;
    while (contiguous % chunk)
      chunk /= 2;
    int64_t count = rows * columns / chunk / kThreads;
    auto copy = [&](Value linear) {
      Value r = div(linear, columns / chunk), c = mul(rem(linear, columns / chunk), chunk);
      Value k = add(mul(s, depth), f.kContiguous ? c : r), x = add(f.first, f.kContiguous ? r : c), inside;
      if (shape.k % depth) {
        inside = less(k, shape.k);
        k = arith::SelectOp::create(b, inside, k, index(0));
      }
      if (f.extent % tile) {
        Value in = less(x, f.extent);
        inside = inside ? Value(arith::AndIOp::create(b, inside, in)) : in;
        x = arith::SelectOp::create(b, in, x, index(0));
      }
      copyChunk(f, indicesOf(f, k, x), {stage, r, c}, chunk, inside);
    };
    if (count <= 16) {
      for (int64_t j = 0; j < count; ++j)
        copy(add(thread(), j * kThreads));
      return;
    }
    loop(thread(), index(count * kThreads), index(kThreads), copy);
  }

  void copyChunk(const Factor &f, ValueRange from, ArrayRef<Value> to, int64_t chunk, Value inside) {
    if (chunk * bytes >= 4) {
      Value read = inside ? Value(arith::SelectOp::create(b, inside, index(chunk), index(0))) : Value();
      Value copy = nvgpu::DeviceAsyncCopyOp::create(b, nvgpu::DeviceAsyncTokenType::get(b.getContext()), f.tile, to,
                                                    f.buffer, from, b.getIndexAttr(chunk), read,
                                                    chunk * bytes == 16 ? b.getUnitAttr() : UnitAttr());
      token = token ? token : copy;
      return;
    }
    // Nothing copies two bytes ahead.
    Value v = memref::LoadOp::create(b, f.buffer, from);
    if (inside)
      v = arith::SelectOp::create(b, inside, v, arith::ConstantOp::create(b, b.getZeroAttr(f.element())));
    memref::StoreOp::create(b, v, f.tile, to);
  }

  /// Adds the product of the tiles of a stage to the warp's sums.
  SmallVector<Value> multiply(Value stage, Value row, Value column, ValueRange acc) {
    SmallVector<Value> sums(acc);
    for (int64_t k = 0; k < depth; k += step) {
      SmallVector<Value> l, r;
      for (int64_t i = 0; i < tile / 2; i += kRows)
        l.push_back(narrow ? loadMatrices(left, stage, add(row, i), k, /*byRows=*/true)
                           : loadElements(left, stage, add(row, i), k, {{0, 0}, {8, 0}, {0, 4}, {8, 4}}));
      for (int64_t j = 0; j < tile / 2; j += narrow ? 2 * kColumns : kColumns) {
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
  Value loadMatrices(const Factor &f, Value stage, Value x, int64_t k, bool byRows) {
    Value within = rem(lane, 8), one = rem(div(lane, 8), 2), two = div(lane, 16);
    Value inX = mul(byRows ? one : two, 8), inK = mul(byRows ? two : one, 8);
    x = add(x, f.kContiguous ? add(inX, within) : inX);
    Value kAt = add(f.kContiguous ? inK : add(inK, within), k);
    SmallVector<Value> at{stage, f.kContiguous ? x : kAt, f.kContiguous ? kAt : x};
    return nvgpu::LdMatrixOp::create(b, VectorType::get({4, 2}, f.element()), f.tile, at,
                                     /*transpose=*/!f.kContiguous, /*numTiles=*/4);
  }

  /// The elements (x, k) of a fragment of tf32, given for lane 0.
  Value loadElements(const Factor &f, Value stage, Value x, int64_t k, ArrayRef<std::pair<int64_t, int64_t>> places) {
    SmallVector<Value> elements;
    for (auto [inX, inK] : places) {
      Value xAt = add(add(x, div(lane, 4)), inX), kAt = add(rem(lane, 4), k + inK);
      SmallVector<Value> at{stage, f.kContiguous ? xAt : kAt, f.kContiguous ? kAt : xAt};
      Value v = memref::LoadOp::create(b, f.tile, at);
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

bool gradus::cuda::fitsTensorCores(rt::KernelOp kernel) {
  linalg::GenericOp product = firstReduction(kernel);
  auto precision = product->getAttrOfType<nn::PrecisionAttr>(nn::kPrecisionAttr);
  return getElementTypeOrSelf(product.getDpsInputs()[0].getType()).isBF16() ||
         (precision && precision.getValue() == nn::Precision::TF32);
}

void gradus::cuda::emitTensorContraction(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module) {
  TensorContractionEmitter(kernel, module).emit();
}

//===- MultistageMatmul.cpp - What GPU code for products has in common ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/MultistageMatmul.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using gradus::gpu::MultistageMatmul;

/// Rows of tiles that are computed together, column by column.
static constexpr int64_t kGroup = 8;
/// Stages of a ring.
static constexpr int64_t kStages = 4;

MultistageMatmul::MultistageMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, int64_t lanes, bool async)
    : GPUKernel(kernel, module), op(firstReduction(kernel)), shape(matmulLoopsOf(op)),
      sumType(getElementTypeOrSelf(op.getResult(0).getType())), evaluator(b, entry(), lanes), lanes(lanes),
      async(async) {
  bindArguments(evaluator);
  evaluator.setAlignment(16);
  auto bufferOf = [&](unsigned i) { return argumentBuffer(cast<BlockArgument>(op.getDpsInputs()[i]).getArgNumber()); };
  left = {bufferOf(0), shape.m, !shape.transposedLhs};
  right = {bufferOf(1), shape.n, shape.transposedRhs};
}

void MultistageMatmul::divide(const Tiling &t) {
  tiling = t;
  int64_t across = llvm::divideCeil(shape.n, t.columns), down = llvm::divideCeil(shape.m, t.rows);
  setLaunch(shape.batches() * across * down, t.threads);
  outer = delinearize(div(block(), across * down), shape.batch);
  Value tile = rem(block(), across * down), row, column;
  if (down <= kGroup) {
    row = rem(tile, down);
    column = div(tile, down);
  } else {
    // The last group may have fewer rows.
    Value first = mul(div(tile, kGroup * across), kGroup), inside = rem(tile, kGroup * across);
    Value height = min(sub(index(down), first), kGroup);
    row = add(first, rem(inside, height));
    column = div(inside, height);
  }
  left.first = mul(row, t.rows);
  left.tileExtent = t.rows;
  right.first = mul(column, t.columns);
  right.tileExtent = t.columns;
  makeBuffer(left);
  makeBuffer(right);
}

void MultistageMatmul::makeBuffer(Operand &f) {
  int64_t rows = f.kContiguous ? f.tileExtent : tiling.depth, columns = f.kContiguous ? tiling.depth : f.tileExtent;
  f.stages = shared({kStages, rows, columns + tiling.padding[f.kContiguous ? 0 : 1]}, f.element());
}

SmallVector<Value> MultistageMatmul::pipeline(ValueRange init,
                                              function_ref<SmallVector<Value>(Value, ValueRange)> multiply) {
  int64_t steps = llvm::divideCeil(shape.k, tiling.depth);
  for (int64_t s = 0; s + 1 < kStages; ++s) {
    if (s < steps)
      copyTiles(index(s), index(s));
    commit();
  }
  SmallVector<Value> sums =
      loop(index(0), index(steps), index(1), init, [&](Value s, ValueRange acc) -> SmallVector<Value> {
        if (token)
          nvgpu::DeviceAsyncWaitOp::create(b, token, b.getI32IntegerAttr(kStages - 2));
        mlir::gpu::BarrierOp::create(b);
        if (steps >= kStages) {
          Value next = add(s, kStages - 1);
          when(less(next, steps), [&] { copyTiles(next, rem(next, kStages)); });
        }
        commit();
        return multiply(rem(s, kStages), acc);
      });
  keepRolled(sums);
  return sums;
}

/// Ends a group of copies, which may be empty at the end: what counts is how many
/// groups there have been. Without any copy there is nothing to wait for.
void MultistageMatmul::commit() {
  if (token)
    token = nvgpu::DeviceAsyncCreateGroupOp::create(b, token.getType(), token);
}

void MultistageMatmul::copyTiles(Value step, Value stage) {
  copyTile(left, step, stage);
  copyTile(right, step, stage);
}

/// Starts the copies of a step; beyond the factor, zeros.
void MultistageMatmul::copyTile(const Operand &f, Value step, Value stage) {
  int64_t columns = f.kContiguous ? tiling.depth : f.tileExtent, rows = f.kContiguous ? f.tileExtent : tiling.depth;
  // As many neighbours at once as rows of the factor are aligned to, and as
  // leave no thread without a copy.
  int64_t chunk = 16 / f.bytes(), contiguous = f.kContiguous ? shape.k : f.extent;
  while (contiguous % chunk || rows * columns / chunk < tiling.threads)
    chunk /= 2;
  int64_t count = rows * columns / chunk / tiling.threads;
  auto copy = [&](Value linear) {
    Value r = div(linear, columns / chunk), c = mul(rem(linear, columns / chunk), chunk);
    Value k = add(mul(step, tiling.depth), f.kContiguous ? c : r), x = add(f.first, f.kContiguous ? r : c), inside;
    if (shape.k % tiling.depth) {
      inside = less(k, shape.k);
      k = arith::SelectOp::create(b, inside, k, index(0));
    }
    if (f.extent % f.tileExtent) {
      Value in = less(x, f.extent);
      inside = both(inside, in);
      x = arith::SelectOp::create(b, in, x, index(0));
    }
    SmallVector<Value> from(outer);
    from.append({f.kContiguous ? x : k, f.kContiguous ? k : x});
    copyChunk(f, from, {stage, r, c}, chunk, inside);
  };
  // Copies that run ahead are never more, so that their token is not one of a loop.
  if (count <= 16) {
    for (int64_t j = 0; j < count; ++j)
      copy(add(thread(), j * tiling.threads));
    return;
  }
  loop(thread(), index(count * tiling.threads), index(tiling.threads), copy);
}

void MultistageMatmul::copyChunk(const Operand &f, ValueRange from, ValueRange to, int64_t chunk, Value inside) {
  // Nothing copies two bytes ahead.
  if (async && chunk * f.bytes() >= 4) {
    Value read = inside ? Value(arith::SelectOp::create(b, inside, index(chunk), index(0))) : Value();
    Value copy = nvgpu::DeviceAsyncCopyOp::create(b, nvgpu::DeviceAsyncTokenType::get(b.getContext()), f.stages, to,
                                                  f.buffer, from, b.getIndexAttr(chunk), read,
                                                  chunk * f.bytes() == 16 ? b.getUnitAttr() : UnitAttr());
    token = token ? token : copy;
    return;
  }
  auto type = VectorType::get({chunk}, f.element());
  auto alignment = llvm::MaybeAlign(chunk * f.bytes());
  Value v = vector::LoadOp::create(b, type, f.buffer, from, /*nontemporal=*/false, alignment);
  if (inside)
    v = arith::SelectOp::create(b, inside, v, arith::ConstantOp::create(b, b.getZeroAttr(type)));
  vector::StoreOp::create(b, v, f.stages, to, /*nontemporal=*/false, alignment);
}

SmallVector<Value> MultistageMatmul::bufferIndices(const Operand &f, Value stage, Value k, Value x) {
  return {stage, f.kContiguous ? x : k, f.kContiguous ? k : x};
}

void MultistageMatmul::storeRow(Value sums, Value row, Value column) {
  Value inside = shape.m % tiling.rows ? less(row, shape.m) : Value();
  if (shape.n % lanes == 0) {
    when(shape.n % tiling.columns ? both(inside, less(column, shape.n)) : inside,
         [&] { store(sums, row, column, true); });
    return;
  }
  for (int64_t j = 0; j < lanes; ++j) {
    Value at = add(column, j);
    when(both(inside, less(at, shape.n)),
         [&] { store(vector::ExtractOp::create(b, sums, ArrayRef<int64_t>{j}), row, at, false); });
  }
}

void MultistageMatmul::store(Value value, Value row, Value column, bool vector) {
  evaluator.newScope();
  evaluator.fix(op.getResult(0), value);
  Position p;
  p.index = outer;
  p.index.append({row, column});
  p.vectorDim = vector ? shape.rank() - 1 : -1;
  evaluator.storeAll(yields(), resultBuffers(), p);
  evaluator.release(op.getResult(0));
  evaluator.newScope();
}

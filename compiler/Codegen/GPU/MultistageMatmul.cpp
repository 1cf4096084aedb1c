//===- MultistageMatmul.cpp - Base class of the GPU matmul emitters -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/MultistageMatmul.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

/// A thread's copies of a tile are unrolled up to this many.
static constexpr int64_t kMaxUnrolledCopies = 16;
/// The smallest cp.async, in bytes.
static constexpr int64_t kMinAsyncBytes = 4;

MultistageMatmul::MultistageMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target,
                                   int64_t storeWidth, bool async)
    : GPUKernel(kernel, module, target), op(firstReduction(kernel)), shape(matmulLoopsOf(op)),
      sumType(getElementTypeOrSelf(op.getResult(0).getType())), evaluator(b, entry(), storeWidth),
      storeWidth(storeWidth), async(async) {
  bindArguments(evaluator);
  evaluator.setAlignment(target.maxAccessBytes);
  auto bufferOf = [&](unsigned i) { return argumentBuffer(cast<BlockArgument>(op.getDpsInputs()[i]).getArgNumber()); };
  lhs = {bufferOf(0), shape.m, !shape.transposedLhs};
  rhs = {bufferOf(1), shape.n, shape.transposedRhs};
}

void MultistageMatmul::tile(const Tiling &t) {
  tiling = t;
  int64_t tilesN = llvm::divideCeil(shape.n, t.n), tilesM = llvm::divideCeil(shape.m, t.m);
  setLaunch(shape.batches() * tilesN * tilesM, t.threads);
  batchIndex = delinearize(div(block(), tilesN * tilesM), shape.batch);
  // Threadblock swizzle: tiles column by column in groups of l2TileRows rows.
  Value number = rem(block(), tilesN * tilesM), row, column;
  if (tilesM <= target.l2TileRows) {
    row = rem(number, tilesM);
    column = div(number, tilesM);
  } else {
    int64_t groupTiles = target.l2TileRows * tilesN;
    // The last group may have fewer rows.
    Value firstRow = mul(div(number, groupTiles), target.l2TileRows), inGroup = rem(number, groupTiles);
    Value groupRows = min(sub(index(tilesM), firstRow), target.l2TileRows);
    row = add(firstRow, rem(inGroup, groupRows));
    column = div(inGroup, groupRows);
  }
  lhs.tileStart = mul(row, t.m);
  lhs.tileExtent = t.m;
  rhs.tileStart = mul(column, t.n);
  rhs.tileExtent = t.n;
  allocateStages(lhs);
  allocateStages(rhs);
}

void MultistageMatmul::allocateStages(Operand &operand) {
  int64_t stages = target.matmulStages, x = operand.tileExtent, k = tiling.k;
  operand.stages = operand.kContiguous ? shared({stages, x, k + tiling.kContiguousPadding}, operand.element())
                                       : shared({stages, k, x + tiling.otherPadding}, operand.element());
}

SmallVector<Value> MultistageMatmul::mainLoop(ValueRange init,
                                              function_ref<SmallVector<Value>(Value, ValueRange)> multiply) {
  int64_t steps = llvm::divideCeil(shape.k, tiling.k), stages = target.matmulStages;
  // Prologue: all stages but one are filled.
  for (int64_t s = 0; s + 1 < stages; ++s) {
    if (s < steps)
      copyStep(index(s), index(s));
    commitGroup();
  }
  // Long sums: behind the sums of a block come the totals, then what each has lost.
  bool isLong = isRoundedSum(op) && shape.k > kMaxTerms;
  SmallVector<Value> carried;
  for (int i = 0; i < (isLong ? compensates ? 3 : 2 : 1); ++i)
    llvm::append_range(carried, init);
  SmallVector<Value> sums =
      loop(index(0), index(steps), index(1), carried, [&](Value s, ValueRange acc) -> SmallVector<Value> {
        if (token)
          nvgpu::DeviceAsyncWaitOp::create(b, token, b.getI32IntegerAttr(stages - 2));
        mlir::gpu::BarrierOp::create(b);
        if (steps >= stages) {
          Value next = add(s, stages - 1);
          when(less(next, steps), [&] { copyStep(next, rem(next, stages)); });
        }
        commitGroup();
        SmallVector<Value> next = multiply(rem(s, stages), acc.take_front(init.size()));
        llvm::append_range(next, acc.drop_front(init.size()));
        return isLong ? foldBlock(s, steps, init, next) : next;
      });
  keepRolled(sums);
  if (!isLong)
    return sums;
  size_t n = init.size();
  SmallVector<Value> results;
  for (size_t i = n; i < 2 * n; ++i)
    results.push_back(compensates ? CompensatedTotal{sums[i], sums[i + n]}.result(b) : sums[i]);
  return results;
}

SmallVector<Value> MultistageMatmul::foldBlock(Value step, int64_t steps, ValueRange zeros, ValueRange carried) {
  int64_t blockSteps = std::max<int64_t>(1, kBlockTerms / tiling.k);
  Value isEnd = equal(rem(step, blockSteps), blockSteps - 1);
  isEnd = arith::OrIOp::create(b, isEnd, equal(step, steps - 1));
  auto ifOp = scf::IfOp::create(b, carried.getTypes(), isEnd, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  size_t n = zeros.size();
  SmallVector<Value> next(carried);
  for (size_t i = 0; i < n; ++i) {
    next[i] = zeros[i];
    if (!compensates) {
      next[n + i] = arith::AddFOp::create(b, carried[n + i], carried[i]);
      continue;
    }
    CompensatedTotal total = CompensatedTotal{carried[n + i], carried[2 * n + i]}.plus(b, carried[i]);
    next[n + i] = total.total;
    next[2 * n + i] = total.lost;
  }
  scf::YieldOp::create(b, next);
  b.setInsertionPointToStart(ifOp.elseBlock());
  scf::YieldOp::create(b, carried);
  return llvm::to_vector_of<Value>(ifOp.getResults());
}

/// cp.async.commit_group. Groups may be empty at the end: wait_group counts how
/// many there have been. Without any copy there is nothing to wait for.
void MultistageMatmul::commitGroup() {
  if (token)
    token = nvgpu::DeviceAsyncCreateGroupOp::create(b, token.getType(), token);
}

/// Copies the tiles of a step of k.
void MultistageMatmul::copyStep(Value step, Value stage) {
  copyTile(lhs, step, stage);
  copyTile(rhs, step, stage);
}

/// Copies the operand's tile; elements beyond its edge become zeros.
void MultistageMatmul::copyTile(const Operand &operand, Value step, Value stage) {
  bool kContiguous = operand.kContiguous;
  int64_t columns = kContiguous ? tiling.k : operand.tileExtent, rows = kContiguous ? operand.tileExtent : tiling.k;
  // The widest copy that rows of the operand are aligned to, and that leaves no
  // thread without a copy.
  int64_t width = target.maxAccessBytes / operand.elementBytes(), contiguous = kContiguous ? shape.k : operand.extent;
  while (contiguous % width || rows * columns / width < tiling.threads)
    width /= 2;
  int64_t count = rows * columns / width / tiling.threads;
  auto copy = [&](Value linear) {
    Value r = div(linear, columns / width), c = mul(rem(linear, columns / width), width);
    Value k = add(mul(step, tiling.k), kContiguous ? c : r), x = add(operand.tileStart, kContiguous ? r : c), inside;
    if (shape.k % tiling.k) {
      inside = less(k, shape.k);
      k = arith::SelectOp::create(b, inside, k, index(0));
    }
    if (operand.extent % operand.tileExtent) {
      Value inX = less(x, operand.extent);
      inside = both(inside, inX);
      x = arith::SelectOp::create(b, inX, x, index(0));
    }
    SmallVector<Value> from(batchIndex);
    from.append({kContiguous ? x : k, kContiguous ? k : x});
    copyVector(operand, from, {stage, r, c}, width, inside);
  };
  // Asynchronous copies are always unrolled: their token is no value of a loop.
  if (count <= kMaxUnrolledCopies) {
    for (int64_t j = 0; j < count; ++j)
      copy(add(thread(), j * tiling.threads));
    return;
  }
  loop(thread(), index(count * tiling.threads), index(tiling.threads), copy);
}

/// Copies `width` elements, or zeros unless `inside` (null: always inside).
void MultistageMatmul::copyVector(const Operand &operand, ValueRange from, ValueRange to, int64_t width, Value inside) {
  int64_t bytes = width * operand.elementBytes();
  if (async && bytes >= kMinAsyncBytes) {
    Value read = inside ? Value(arith::SelectOp::create(b, inside, index(width), index(0))) : Value();
    UnitAttr bypassL1 = bytes == target.maxAccessBytes ? b.getUnitAttr() : UnitAttr();
    Value copy = nvgpu::DeviceAsyncCopyOp::create(b, nvgpu::DeviceAsyncTokenType::get(b.getContext()), operand.stages,
                                                  to, operand.buffer, from, b.getIndexAttr(width), read, bypassL1);
    token = token ? token : copy;
    return;
  }
  auto type = VectorType::get({width}, operand.element());
  auto alignment = llvm::MaybeAlign(bytes);
  Value v = vector::LoadOp::create(b, type, operand.buffer, from,
                                   /*nontemporal=*/false, alignment);
  if (inside)
    v = arith::SelectOp::create(b, inside, v, arith::ConstantOp::create(b, b.getZeroAttr(type)));
  vector::StoreOp::create(b, v, operand.stages, to, /*nontemporal=*/false, alignment);
}

SmallVector<Value> MultistageMatmul::bufferIndices(const Operand &operand, Value stage, Value k, Value x) {
  return {stage, operand.kContiguous ? x : k, operand.kContiguous ? k : x};
}

void MultistageMatmul::storeRow(Value sums, Value row, Value column) {
  Value inside = shape.m % tiling.m ? less(row, shape.m) : Value();
  if (shape.n % storeWidth == 0) {
    when(shape.n % tiling.n ? both(inside, less(column, shape.n)) : inside, [&] { store(sums, row, column, true); });
    return;
  }
  for (int64_t j = 0; j < storeWidth; ++j) {
    Value at = add(column, j);
    when(both(inside, less(at, shape.n)),
         [&] { store(vector::ExtractOp::create(b, sums, ArrayRef<int64_t>{j}), row, at, false); });
  }
}

void MultistageMatmul::store(Value value, Value row, Value column, bool vector) {
  evaluator.newScope();
  evaluator.fix(op.getResult(0), value);
  SmallVector<Value> index(batchIndex);
  index.append({row, column});
  Position p = vector ? Position::vector(index) : Position::scalar(index);
  evaluator.storeAll(yields(), resultBuffers(), p);
  evaluator.release(op.getResult(0));
  evaluator.newScope();
}

//===- Product.cpp - What GPU code for products has in common -------------===//
#include "compiler/Codegen/GPU/Product.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using gradus::cuda::Product;

/// Rows of tiles that are computed together, column by column.
static constexpr int64_t kGroup = 8;

Product::Product(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, int64_t lanes)
    : GPUKernel(kernel, module), op(firstReduction(kernel)), shape(productShapeOf(op)),
      sumType(getElementTypeOrSelf(op.getResult(0).getType())), evaluator(b, entry(), lanes), lanes(lanes) {
  bindArguments(evaluator);
  evaluator.setAlignment(16);
  auto bufferOf = [&](unsigned i) { return argumentBuffer(cast<BlockArgument>(op.getDpsInputs()[i]).getArgNumber()); };
  left = {bufferOf(0), shape.m, !shape.transposedLhs};
  right = {bufferOf(1), shape.n, shape.transposedRhs};
}

void Product::placeBlocks(int64_t rows, int64_t columns, int64_t threads) {
  tileRows = rows;
  tileColumns = columns;
  int64_t across = llvm::divideCeil(shape.n, columns), down = llvm::divideCeil(shape.m, rows);
  setLaunch(shape.batches() * across * down, threads);
  outer = delinearize(div(block(), across * down), shape.batch);
  Value tile = rem(block(), across * down), row, column;
  if (down <= kGroup) {
    row = rem(tile, down);
    column = div(tile, down);
  } else {
    // The last group may have fewer rows.
    Value first = mul(div(tile, kGroup * across), kGroup), inside = rem(tile, kGroup * across);
    Value left = arith::SubIOp::create(b, index(down), first), height = smaller(left, kGroup);
    row = add(first, arith::RemUIOp::create(b, inside, height));
    column = arith::DivUIOp::create(b, inside, height);
  }
  left.first = mul(row, rows);
  right.first = mul(column, columns);
}

SmallVector<Value> Product::indicesOf(const Factor &factor, Value k, Value x) {
  SmallVector<Value> at(outer);
  at.append({factor.kContiguous ? x : k, factor.kContiguous ? k : x});
  return at;
}

void Product::storeRow(Value sums, Value row, Value column) {
  Value inside = shape.m % tileRows ? less(row, shape.m) : Value();
  auto also = [&](Value condition) -> Value {
    return inside ? Value(arith::AndIOp::create(b, inside, condition)) : condition;
  };
  if (shape.n % lanes == 0) {
    when(shape.n % tileColumns ? also(less(column, shape.n)) : inside, [&] { store(sums, row, column, true); });
    return;
  }
  for (int64_t j = 0; j < lanes; ++j) {
    Value at = add(column, j);
    when(also(less(at, shape.n)),
         [&] { store(vector::ExtractOp::create(b, sums, ArrayRef<int64_t>{j}), row, at, false); });
  }
}

void Product::store(Value value, Value row, Value column, bool vector) {
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

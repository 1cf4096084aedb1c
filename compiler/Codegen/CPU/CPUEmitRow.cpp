//===- CPUEmitRow.cpp - Kernels whose work items are rows -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/Body/LongSum.h"
#include "compiler/Codegen/CPU/VectorLoops.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

namespace {

/// Row kernels, and elementwise kernels in which indices matter.
class RowEmitter : VectorLoops {
public:
  RowEmitter(rt::KernelOp kernel, VectorTarget target, ArrayRef<int64_t> domain, int64_t split)
      : VectorLoops(kernel, target), reductions(reductionsOf(kernel)), domain(domain), rows(domain.take_front(split)),
        inner(domain.drop_front(split)) {}

  void emit() {
    setWorkItems(llvm::product_of(rows));
    loop(begin(), end(), 1, [&](Value item) {
      SmallVector<Value> row = delinearize(item, rows);
      for (linalg::GenericOp reduction : reductions)
        reduce(reduction, row);
      storeValuesOfRow(row);
      storeElements(row);
      release(reductions);
    });
  }

private:
  SmallVector<linalg::GenericOp> reductions;
  ArrayRef<int64_t> domain, rows, inner;

  void reduce(linalg::GenericOp reduction, ArrayRef<Value> row) {
    Value input = reduction.getDpsInputs()[0];
    Value identity = identityVector(reduction);
    auto sumOf = [&](ArrayRef<int64_t> sizes, ArrayRef<Value> prefix, Value first) {
      return walk(sizes, prefix, identity, [&](ArrayRef<Value> box, ValueRange carried) {
        SmallVector<Value> indices(box);
        indices[prefix.size()] = first ? add(first, indices[prefix.size()]) : indices[prefix.size()];
        Value v = evaluator.get(input, Position::vector(indices));
        return SmallVector<Value>{accumulate(reduction, carried[0], v)};
      })[0];
    };
    Value sum;
    if (isRoundedSum(reduction) && llvm::product_of(inner) > kMaxTerms * width) {
      SmallVector<Value> totals =
          walkBlocks(inner, width, row, {identity, identity},
                     [&](ArrayRef<Value> prefix, Value first, ArrayRef<int64_t> sizes, ValueRange carried) {
                       Value block = sumOf(sizes, prefix, first);
                       CompensatedTotal total = CompensatedTotal{carried[0], carried[1]}.plus(b, block);
                       return SmallVector<Value>{total.total, total.lost};
                     });
      sum = CompensatedTotal{totals[0], totals[1]}.result(b);
    } else {
      sum = sumOf(inner, row, {});
    }
    evaluator.fix(reduction.getResult(0), combineLanes(reduction, sum));
  }

  /// True for results with a value per element, not per row.
  bool isFull(Value result) { return shapeOf(result) == domain && !inner.empty(); }

  void storeValuesOfRow(ArrayRef<Value> row) {
    Position position = Position::scalar(row);
    for (auto [i, v] : llvm::enumerate(yields()))
      if (!isFull(v))
        evaluator.store(evaluator.get(v, position), resultBuffer(i), position);
  }

  void storeElements(ArrayRef<Value> row) {
    SmallVector<Value> values, buffers;
    for (auto [i, v] : llvm::enumerate(yields()))
      if (isFull(v)) {
        values.push_back(v);
        buffers.push_back(resultBuffer(i));
      }
    if (values.empty())
      return;
    walk(inner, row, {}, [&](ArrayRef<Value> indices, ValueRange) -> SmallVector<Value> {
      evaluator.storeAll(values, buffers, Position::vector(indices));
      return {};
    });
  }
};

/// Row kernels whose rows are short: lanes are rows, and the few columns are unrolled.
/// All lanes work, and none have to be combined.
class ShortRowEmitter : VectorLoops {
public:
  ShortRowEmitter(rt::KernelOp kernel, VectorTarget target, ArrayRef<int64_t> domain, int64_t split)
      : VectorLoops(kernel, target), reductions(reductionsOf(kernel)), domain(domain), rows(domain.take_front(split)),
        inner(domain.drop_front(split)) {}

  void emit() {
    loopOverVectors(rows, [&](ArrayRef<Value> first) { emitRowsOfVector(Position::vector(first)); });
  }

private:
  SmallVector<linalg::GenericOp> reductions;
  ArrayRef<int64_t> domain, rows, inner;

  /// The positions of a row's elements, in order.
  SmallVector<Position> columnsOf(const Position &row) {
    SmallVector<Position> columns{row};
    for (int64_t size : inner) {
      SmallVector<Position> longer;
      for (const Position &column : columns)
        for (int64_t i = 0; i < size; ++i)
          longer.push_back(column.at(index(i)));
      columns = std::move(longer);
    }
    return columns;
  }

  void emitRowsOfVector(const Position &row) {
    // Made once, so that the evaluator finds again what it has computed.
    SmallVector<Position> columns = columnsOf(row);
    for (linalg::GenericOp reduction : reductions) {
      Value input = reduction.getDpsInputs()[0], sum = identityVector(reduction);
      for (const Position &position : columns)
        sum = evaluator.body(reduction, {evaluator.broadcast(evaluator.get(input, position)), sum}, position);
      evaluator.fix(reduction.getResult(0), sum);
    }
    for (auto [i, v] : llvm::enumerate(yields()))
      for (const Position &position : shapeOf(v) == domain ? ArrayRef(columns) : ArrayRef(row))
        evaluator.store(evaluator.get(v, position), resultBuffer(i), position);
    release(reductions);
  }
};

/// Row kernels whose operands have rows side by side in memory, as a mean over positions has with the channels last:
/// lanes are rows, and the columns are walked. There are results for rows only.
class SideBySideRowEmitter : VectorLoops {
public:
  SideBySideRowEmitter(rt::KernelOp kernel, VectorTarget target, ArrayRef<int64_t> domain, int64_t split)
      : VectorLoops(kernel, target), reductions(reductionsOf(kernel)), rows(domain.take_front(split)),
        inner(domain.drop_front(split)) {}

  void emit() {
    loopOverVectors(rows, [&](ArrayRef<Value> first) {
      Position row = Position::vector(first);
      for (linalg::GenericOp reduction : reductions)
        evaluator.fix(reduction.getResult(0), reduce(reduction, row));
      for (auto [i, v] : llvm::enumerate(yields()))
        evaluator.store(evaluator.get(v, row), resultBuffer(i), row);
      release(reductions);
    });
  }

private:
  SmallVector<linalg::GenericOp> reductions;
  ArrayRef<int64_t> rows, inner;

  Value reduce(linalg::GenericOp reduction, const Position &row) {
    Value identity = identityVector(reduction);
    if (!isRoundedSum(reduction) || llvm::product_of(inner) <= kMaxTerms)
      return sumOf(reduction, row, inner, {}, identity);
    SmallVector<Value> totals =
        walkBlocks(inner, /*stepSize=*/1, {}, {identity, identity},
                   [&](ArrayRef<Value> prefix, Value first, ArrayRef<int64_t> sizes, ValueRange carried) {
                     Position at = row;
                     for (Value i : prefix)
                       at = at.at(i);
                     Value block = sumOf(reduction, at, sizes, first, identity);
                     CompensatedTotal total = CompensatedTotal{carried[0], carried[1]}.plus(b, block);
                     return SmallVector<Value>{total.total, total.lost};
                   });
    return CompensatedTotal{totals[0], totals[1]}.result(b);
  }

  /// The sum over a box of columns of shape `sizes` behind the indices of `at`; its first index begins at `first`, or
  /// at 0 if that is null.
  Value sumOf(linalg::GenericOp reduction, const Position &at, ArrayRef<int64_t> sizes, Value first, Value sum) {
    if (sizes.empty()) {
      Value v = evaluator.get(reduction.getDpsInputs()[0], at);
      return evaluator.body(reduction, {evaluator.broadcast(v), sum}, at);
    }
    return loop(index(0), index(sizes[0]), 1, {sum}, [&](Value i, ValueRange carried) {
      Position next = at.at(first ? add(first, i) : i);
      return SmallVector<Value>{sumOf(reduction, next, sizes.drop_front(), {}, carried[0])};
    })[0];
  }
};

} // namespace

/// Columns that are unrolled at most: the windows of a pooling of 4 x 4.
static constexpr int64_t kMaxUnrolledColumns = 16;

/// True if adjacent rows of `domain` are adjacent elements wherever a kernel reads a tensor of that shape, and it has
/// results for rows only.
static bool hasRowsSideBySide(rt::KernelOp kernel, ArrayRef<int64_t> domain, int64_t split) {
  Block &body = kernel.getBody().front();
  auto isWhole = [&](Value v) { return shapeOf(v) == domain; };
  if (split == 0 || llvm::any_of(body.getArguments(), isWhole) ||
      llvm::any_of(body.getTerminator()->getOperands(), isWhole))
    return false;
  bool found = false;
  for (auto read : body.getOps<nn::AffineReadOp>()) {
    if (!isWhole(read.getResult()))
      continue;
    if (read.getMap().getResults().empty() ||
        !(read.getMap().getResults().back() - getAffineDimExpr(split - 1, read.getContext())).isSymbolicOrConstant())
      return false;
    found = true;
  }
  return found;
}

void gradus::cpu::emitRows(rt::KernelOp kernel, VectorTarget target, ArrayRef<int64_t> domain, int64_t split) {
  RowEmitter(kernel, target, domain, split).emit();
}

void gradus::cpu::emitRow(rt::KernelOp kernel, VectorTarget target) {
  linalg::GenericOp reduction = firstReduction(kernel);
  SmallVector<int64_t> domain = reduction.getStaticLoopRanges();
  int64_t reduced = reduction.getNumReductionLoops(), split = domain.size() - reduced;
  int64_t lanes = target.lanes(/*elementBytes=*/4), columns = llvm::product_of(ArrayRef(domain).drop_front(split));
  // A row along one dimension fills a vector from `lanes` elements on; windows do not.
  bool isWindow = reduced > 1, isShort = columns <= (isWindow ? kMaxUnrolledColumns : lanes);
  if (isShort && split > 0 && domain[split - 1] >= (isWindow ? std::min(lanes, domain.back()) : lanes))
    ShortRowEmitter(kernel, target, domain, split).emit();
  else if (hasRowsSideBySide(kernel, domain, split))
    SideBySideRowEmitter(kernel, target, domain, split).emit();
  else
    emitRows(kernel, target, domain, split);
}

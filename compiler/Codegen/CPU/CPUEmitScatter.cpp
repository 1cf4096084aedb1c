//===- CPUEmitScatter.cpp - Sums of rows that indices choose --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item has some columns of the table to itself: it clears them, then walks
// the indices in order and adds each update to the row that its index names. So an
// element's sum ascends, whatever the number of threads, and nothing is atomic.
// Bytes moved are those of the table and three times those of the updates.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/CPU/VectorLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::cpu;

/// Work items that a row is cut into, if it is long enough for as many.
static constexpr int64_t kItems = 16;
/// Vectors of a row that one item takes at most; code is unrolled over them.
static constexpr int64_t kMaxVectors = 8;
/// Bytes of a cache line, which no two items should write.
static constexpr int64_t kLineBytes = 64;

namespace {

class ScatterEmitter : VectorLoops {
public:
  ScatterEmitter(rt::KernelOp kernel, VectorTarget target)
      : VectorLoops(kernel, target), shape(scatterOf(kernel)), table(resultBuffer(0)) {}

  void emit() {
    if (shape.row.empty()) {
      setWorkItems(1);
      loop(begin(), end(), 1, [&](Value) { emitItem({}); });
      return;
    }
    int64_t last = shape.row.back(), vectors = llvm::divideCeil(last, width);
    int64_t share = llvm::divideCeil(vectors, kItems);
    int64_t most = std::clamp(share, kLineBytes / target.vectorBytes, kMaxVectors);
    int64_t perItem = most * width, edge = last % perItem;
    SmallVector<int64_t> items(shape.row);
    items.back() = llvm::divideCeil(last, perItem);
    setWorkItems(llvm::product_of(items));
    loop(begin(), end(), 1, [&](Value item) {
      SmallVector<Value> first = delinearize(item, items);
      Value number = first.back();
      first.back() = mul(number, perItem);
      if (edge == 0 || items.back() == 1)
        return emitItem(partsFrom(first, edge ? edge : perItem));
      ifElse(equal(number, items.back() - 1),
             [&](bool isLast) { emitItem(partsFrom(first, isLast ? edge : perItem)); });
    });
  }

private:
  /// A vector of a row: where it begins, and how many of its lanes are in the row.
  struct Part {
    SmallVector<Value> first;
    int64_t lanes;
  };

  ScatterShape shape;
  Value table; // the buffer of the result

  /// The vectors of the `columns` elements of a row from `first` on.
  SmallVector<Part> partsFrom(ArrayRef<Value> first, int64_t columns) {
    SmallVector<Part> parts;
    for (int64_t j = 0; j < columns; j += width) {
      Part part{SmallVector<Value>(first), std::min(width, columns - j)};
      part.first.back() = add(part.first.back(), j);
      parts.push_back(part);
    }
    return parts;
  }

  /// The position of `part` in the row that `prefix` names.
  Position positionOf(ArrayRef<Value> prefix, const Part &part) {
    SmallVector<Value> index(prefix);
    llvm::append_range(index, part.first);
    return part.first.empty() ? Position::scalar(index) : Position::vector(index);
  }

  /// Computes the columns in `parts` of all rows; without parts, a table of scalars.
  void emitItem(SmallVector<Part> parts) {
    if (parts.empty())
      parts.push_back({{}, width});
    auto forEachPart = [&](function_ref<void(const Part &)> body) {
      for (const Part &part : parts) {
        evaluator.setMask(part.lanes < width ? evaluator.firstLanes(part.lanes) : Value());
        body(part);
      }
      evaluator.setMask({});
    };
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(cast<MemRefType>(table.getType()).getElementType()));
    loop(index(0), index(shape.rows), 1, [&](Value row) {
      forEachPart([&](const Part &part) { evaluator.store(zero, table, positionOf(row, part)); });
    });
    loop(index(0), index(llvm::product_of(shape.lead)), 1, [&](Value i) {
      SmallVector<Value> lead = delinearize(i, shape.lead);
      Value row = rowAt(lead);
      forEachPart([&](const Part &part) {
        Value update = evaluator.get(shape.updates, positionOf(lead, part));
        Position at = positionOf(row, part);
        evaluator.store(arith::AddFOp::create(b, evaluator.load(table, at), update), table, at);
      });
    });
  }

  /// The row that the index at `lead` names, clamped into the table.
  Value rowAt(ArrayRef<Value> lead) {
    Value i = evaluator.get(shape.indices, Position::scalar(lead));
    i = arith::IndexCastOp::create(b, b.getIndexType(), i);
    i = arith::MaxSIOp::create(b, i, index(0));
    return arith::MinSIOp::create(b, i, index(shape.rows - 1));
  }
};

} // namespace

void gradus::cpu::emitScatter(rt::KernelOp kernel, VectorTarget target) { ScatterEmitter(kernel, target).emit(); }

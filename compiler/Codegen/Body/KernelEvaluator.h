//===- KernelEvaluator.h - Kernel values at a position, on demand ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel's body computes on tensors, but its code never holds one: loops ask
// for the values to be stored at a position, and the evaluator builds what that
// takes, down to loads of the kernel's arguments. Fusion thus costs no memory.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_CODEGEN_BODY_KERNELEVALUATOR_H
#define GRADUS_COMPILER_CODEGEN_BODY_KERNELEVALUATOR_H

#include "dialects/nn/IR/NNDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// A position in a tensor: an index per dimension. Of a vector it is where the first
/// lane is; lane `l` is `l * laneStrides[d]` further along each dimension `d`.
struct Position {
  /// An index value per dimension.
  llvm::SmallVector<mlir::Value> index;
  /// How far lanes are apart, per dimension; empty for a scalar.
  llvm::SmallVector<int64_t> laneStrides;

  /// One element.
  static Position scalar(llvm::ArrayRef<mlir::Value> index) { return {llvm::SmallVector<mlir::Value>(index), {}}; }
  /// A vector along the last dimension; `index` must not be empty.
  static Position vector(llvm::ArrayRef<mlir::Value> index) {
    Position p = scalar(index);
    p.laneStrides.resize(index.size(), 0);
    p.laneStrides.back() = 1;
    return p;
  }
  /// True if lanes are at different places.
  bool isVector() const { return !laneStrides.empty(); }
  /// The position in a tensor of one dimension more, at `i` of it in all lanes.
  Position at(mlir::Value i) const {
    Position p = *this;
    p.index.push_back(i);
    if (isVector())
      p.laneStrides.push_back(0);
    return p;
  }
};

/// Builds the values of a kernel's tensors at positions, where its builder
/// inserts. A value that was built for a position is used again for the same
/// position, until `newScope`.
class KernelEvaluator {
public:
  /// Vectors have `lanes` elements. Code goes where `b` inserts; arguments that are
  /// scalars are loaded once, at the start of `entry`.
  KernelEvaluator(mlir::ImplicitLocOpBuilder &b, mlir::Block *entry, int64_t lanes)
      : b(b), entry(entry), lanes(lanes) {}

  /// Sets the number of lanes of a vector.
  void setLanes(int64_t n) { lanes = n; }
  /// Promises that every vector in memory is aligned to its own size, or to
  /// `bytes` where it is larger than that.
  void setAlignment(int64_t bytes) { alignment = bytes; }
  /// Binds a kernel argument to the memref that holds it. All arguments must be
  /// bound before they are read.
  void bind(mlir::Value argument, mlir::Value buffer) { buffers[argument] = buffer; }
  /// Makes `value` the value of `tensor` at every position, until `release`: a
  /// reduction's result, say, which cannot be computed at one position.
  void fix(mlir::Value tensor, mlir::Value value) { fixed[tensor] = value; }
  /// Undoes `fix`.
  void release(mlir::Value tensor) { fixed.erase(tensor); }
  /// The active lanes of all loads and stores to come, a vector of i1; null means all.
  void setMask(mlir::Value m) { mask = m; }
  /// The mask in force; null if all lanes are active.
  mlir::Value getMask() const { return mask; }
  /// A mask with the first `count` lanes active.
  mlir::Value firstLanes(int64_t count);
  /// Forgets the values built so far: to be called on entering and leaving a
  /// region, where they may not dominate, and when what is in memory changes.
  void newScope() { cache.clear(); }

  /// The value of `tensor` at `position`: a vector, or a scalar where it is the
  /// same for all lanes.
  mlir::Value get(mlir::Value tensor, const Position &position);
  /// Stores `value` (broadcast if need be) into `buffer` at `position`.
  void store(mlir::Value value, mlir::Value buffer, const Position &position);
  /// Computes all `tensors`, then stores them: the buffer of one result may be
  /// that of an operand of another.
  void storeAll(mlir::ValueRange tensors, mlir::ValueRange buffers, const Position &position);
  /// The body of `op` on the given block arguments; scalars are broadcast where
  /// they meet vectors. `position` answers linalg.index.
  mlir::Value body(mlir::linalg::GenericOp op, mlir::ValueRange arguments, const Position &position);

  /// A vector of `n` elements, or of as many as there are lanes.
  mlir::VectorType vectorOf(mlir::Type element, int64_t n = 0);
  /// `v` in every lane, unless it is a vector already.
  mlir::Value broadcast(mlir::Value v);
  /// Loads from a buffer at `position`; inactive lanes read 0.
  mlir::Value load(mlir::Value buffer, const Position &position);

private:
  mlir::Value compute(mlir::Value tensor, const Position &position);
  llvm::MaybeAlign alignmentOf(mlir::VectorType type);
  /// Where an operand that is read through `map` is read for the element at `position`.
  Position mapped(mlir::AffineMap map, const Position &position);
  /// What `op` reads for its element at `position`.
  mlir::Value read(nn::AffineReadOp op, const Position &position);
  /// The value of each lane by itself, where the lanes are no steps of equal length apart.
  mlir::Value readByLane(nn::AffineReadOp op, const Position &position);
  /// The index along dimension `dim` of every lane.
  mlir::Value indexOfLanes(const Position &position, unsigned dim);
  /// The distance of each lane from the first, in elements of the buffer.
  mlir::Value laneOffsets(mlir::MemRefType type, const Position &position);
  mlir::Value maskOrAll();

  struct CacheEntry {
    mlir::Value tensor;
    Position position;
    mlir::Value value;
  };

  mlir::ImplicitLocOpBuilder &b;
  mlir::Block *entry;
  int64_t lanes, alignment = 0; // 0: that of an element
  mlir::Value mask;
  llvm::DenseMap<mlir::Value, mlir::Value> buffers, fixed, scalars;
  llvm::SmallVector<CacheEntry> cache;
};

} // namespace gradus

#endif

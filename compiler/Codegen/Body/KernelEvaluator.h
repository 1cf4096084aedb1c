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

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace gradus {

/// A position in a tensor. With `vectorDim` >= 0 it means `lanes` consecutive
/// positions along that dimension, beginning at `index[vectorDim]`.
struct Position {
  llvm::SmallVector<mlir::Value> index;
  int vectorDim = -1;
};

class KernelEvaluator {
public:
  /// Evaluates values of a kernel whose arguments lie in `buffers`; code goes to
  /// the builder's place, loads of scalars to the start of `entry`.
  KernelEvaluator(mlir::ImplicitLocOpBuilder &b, mlir::Block *entry, int64_t lanes)
      : b(b), entry(entry), lanes(lanes) {}

  /// Changes how many positions a vector stands for.
  void setLanes(int64_t n) { lanes = n; }
  /// Promises that vectors in memory begin at a multiple of their size, if that
  /// is at most so many bytes, and of so many bytes else.
  void setAlignment(int64_t bytes) { alignment = bytes; }
  /// Says where a kernel argument lies.
  void bind(mlir::Value argument, mlir::Value buffer) { buffers[argument] = buffer; }
  /// Fixes the value of a tensor, whatever position is asked for, until `release`.
  void fix(mlir::Value tensor, mlir::Value value) { fixed[tensor] = value; }
  void release(mlir::Value tensor) { fixed.erase(tensor); }
  /// Lanes that count, for all that follows; null means all.
  void setMask(mlir::Value m) { mask = m; }
  mlir::Value getMask() const { return mask; }
  /// Forgets what was computed: to be called on entering and leaving a region.
  void newScope() { cache.clear(); }

  /// The value of `tensor` at `position`: a vector, or a scalar where it is the
  /// same for all lanes.
  mlir::Value get(mlir::Value tensor, const Position &position);
  /// Stores `value` (broadcast if need be) into `buffer` at `position`.
  void store(mlir::Value value, mlir::Value buffer, const Position &position);
  /// Computes all `tensors`, then stores them: a result may lie where an operand
  /// of another result lies.
  void storeAll(mlir::ValueRange tensors, mlir::ValueRange buffers, const Position &position);
  /// The body of `op` on the given block arguments; scalars are broadcast where
  /// they meet vectors.
  mlir::Value body(mlir::linalg::GenericOp op, mlir::ValueRange arguments, const Position &position);

  mlir::Value index(int64_t v);
  mlir::VectorType vectorOf(mlir::Type element, int64_t n = 0);
  /// `v` in every lane, unless it is a vector already.
  mlir::Value broadcast(mlir::Value v);
  /// Loads from a buffer at `position`, with `mask` applied.
  mlir::Value load(mlir::Value buffer, const Position &position);

private:
  llvm::MaybeAlign alignmentOf(mlir::VectorType type);
  mlir::Value laneOffsets(mlir::MemRefType type, int64_t dim);
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

  mlir::Value compute(mlir::Value tensor, const Position &position);
};

} // namespace gradus

#endif

//===- MultistageMatmul.h - Base class of the GPU matmul emitters ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_MULTISTAGEMATMUL_H
#define GRADUS_COMPILER_CODEGEN_GPU_MULTISTAGEMATMUL_H

#include "compiler/Codegen/Body/LongSum.h"
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "dialects/Support/TensorUtils.h"

namespace gradus::gpu {

/// Multi-stage software-pipelined matmul (as CUTLASS MmaMultistage): a block
/// computes a tile of the result. Tiles of the operands are copied to a
/// multistage buffer in shared memory by cp.async; while one stage is
/// multiplied, the next ones are filled. One barrier per step of k suffices: it
/// comes before a stage is filled that all threads finished reading in the step
/// before. In shared memory, tiles keep the layout of their operand. Long sums are
/// cut into blocks (LongSum.h), whose totals stay in registers.
class MultistageMatmul : public GPUKernel {
protected:
  /// One of the operands, [m, k] or [k, n] or the transpose of either. Its
  /// dimension that is not k is called x.
  struct Operand {
    mlir::Value buffer;
    int64_t extent;             // of x
    bool kContiguous;           // k is the last dimension in memory
    mlir::Value tileStart = {}; // x at which the block's tile begins
    int64_t tileExtent = 0;     // of x in a tile
    mlir::Value stages = {};    // multistage buffer: [stage][x][k] if kContiguous,
                                // else [stage][k][x]

    mlir::Type element() const { return mlir::cast<mlir::MemRefType>(buffer.getType()).getElementType(); }
    int64_t elementBytes() const { return byteSize(element()); }
  };

  /// The tile of a block: m x n elements of the result, summed in steps of k.
  /// The threads of the block have to divide the elements of an operand's tile.
  struct Tiling {
    int64_t m, n, k;
    int64_t threads;
    /// Elements of padding behind each row of a stage, against bank conflicts,
    /// in operands with k contiguous and in others. Rows stay aligned to 16
    /// bytes.
    int64_t kContiguousPadding, otherPadding;
  };

  /// `storeWidth` neighbours of a row of the result are stored together. With
  /// `async`, operands are copied by cp.async, else by loads and stores.
  MultistageMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target, int64_t storeWidth,
                   bool async);

  /// Launches one block per tile, and makes the multistage buffers. To be
  /// called before the functions below.
  void tile(const Tiling &tiling);

  /// Builds the main loop, over k: `multiply` adds the product of the operands'
  /// tiles in `stage` to the sums that the loop carries, which start as `init`.
  /// Returns the sums.
  llvm::SmallVector<mlir::Value>
  mainLoop(mlir::ValueRange init,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value stage, mlir::ValueRange sums)> multiply);

  /// The indices of element (k, x) of a tile in the operand's multistage
  /// buffer.
  static llvm::SmallVector<mlir::Value> bufferIndices(const Operand &operand, mlir::Value stage, mlir::Value k,
                                                      mlir::Value x);

  /// Applies the epilogue to `sums`, a vector of storeWidth neighbours at `row`
  /// and from `column` on, and stores it. What is beyond the edge of the result
  /// is left out.
  void storeRow(mlir::Value sums, mlir::Value row, mlir::Value column);

  mlir::linalg::GenericOp op;
  MatmulLoops shape;
  mlir::Type sumType; // of one element
  /// Whether totals of long sums keep what they lose: for as many registers more.
  bool compensates = true;
  Operand lhs, rhs;

private:
  /// Behind the last step of a block adds the sums, the first of the carried values,
  /// to the totals, and makes them `zeros` again.
  llvm::SmallVector<mlir::Value> foldBlock(mlir::Value step, int64_t steps, mlir::ValueRange zeros,
                                           mlir::ValueRange carried);
  void allocateStages(Operand &operand);
  void copyStep(mlir::Value step, mlir::Value stage);
  void copyTile(const Operand &operand, mlir::Value step, mlir::Value stage);
  void copyVector(const Operand &operand, mlir::ValueRange from, mlir::ValueRange to, int64_t width,
                  mlir::Value inside);
  void commitGroup();
  void store(mlir::Value value, mlir::Value row, mlir::Value column, bool vector);

  KernelEvaluator evaluator;
  int64_t storeWidth;
  bool async;
  Tiling tiling = {};
  llvm::SmallVector<mlir::Value> batchIndex; // of this block
  mlir::Value token;                         // of the last group of copies, or of a copy before the
                                             // first; or null
};

} // namespace gradus::gpu

#endif

//===- MultistageMatmul.h - What GPU code for products has in common ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_MULTISTAGEMATMUL_H
#define GRADUS_COMPILER_CODEGEN_GPU_MULTISTAGEMATMUL_H

#include "compiler/Codegen/GPU/GPUKernel.h"
#include "dialects/Support/TensorUtils.h"

namespace gradus::gpu {

/// A product whose result is computed in tiles, one per block.
///
/// Tiles of the factors, some steps of k deep, wait in a ring of stages in shared
/// memory: while one is multiplied, cp.async fills the next ones. A barrier per
/// step suffices: the stage that is filled is the one that all have finished
/// before it. In shared memory a tile keeps the layout of its factor.
class MultistageMatmul : public GPUKernel {
protected:
  /// The factor on one side. Its `extent` is its size in the dimension that is
  /// not k, and the block's tile begins at `first` of it.
  struct Operand {
    mlir::Value buffer;
    int64_t extent;
    bool kContiguous; // neighbours along k lie side by side
    mlir::Value first = {};
    int64_t tileExtent = 0;
    mlir::Value stages = {}; // [stage][x][k] if k is contiguous, else [stage][k][x]

    mlir::Type element() const { return mlir::cast<mlir::MemRefType>(buffer.getType()).getElementType(); }
    int64_t bytes() const { return byteSize(element()); }
  };

  /// How the result is divided.
  struct Tiling {
    int64_t rows, columns; // of a tile
    int64_t depth;         // of a step
    int64_t threads;
    int64_t padding[2]; // elements behind each row of a ring: k contiguous, k not
  };

  /// `lanes` neighbours of a row are stored together. Without `async`, threads
  /// copy themselves.
  MultistageMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, int64_t lanes, bool async);

  /// One block per tile; blocks that run at the same time share rows and columns,
  /// for the sake of the L2 cache. Makes the rings.
  void divide(const Tiling &tiling);

  /// The loop over k: `multiply` adds the product of the tiles in a stage to the
  /// sums that the loop carries.
  llvm::SmallVector<mlir::Value>
  pipeline(mlir::ValueRange init,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value stage, mlir::ValueRange sums)> multiply);

  /// Where element (k, x) lies in the ring.
  static llvm::SmallVector<mlir::Value> bufferIndices(const Operand &f, mlir::Value stage, mlir::Value k,
                                                      mlir::Value x);

  /// Applies what is fused behind the product to the vector `sums`, for `row`
  /// and the columns from `column` on, and stores it; what lies beyond the
  /// result is left out if the tiles overlap its edge.
  void storeRow(mlir::Value sums, mlir::Value row, mlir::Value column);

  mlir::linalg::GenericOp op;
  MatmulLoops shape;
  mlir::Type sumType; // of one sum
  Operand left, right;

private:
  void makeBuffer(Operand &f);
  void copyTiles(mlir::Value step, mlir::Value stage);
  void copyTile(const Operand &f, mlir::Value step, mlir::Value stage);
  void copyChunk(const Operand &f, mlir::ValueRange from, mlir::ValueRange to, int64_t chunk, mlir::Value inside);
  void commit();
  void store(mlir::Value value, mlir::Value row, mlir::Value column, bool vector);

  KernelEvaluator evaluator;
  int64_t lanes;
  bool async;
  Tiling tiling = {};
  llvm::SmallVector<mlir::Value> outer; // this block's place in the batch
  mlir::Value token;                    // of the last group of copies, or of a copy before the first; or null
};

} // namespace gradus::gpu

#endif

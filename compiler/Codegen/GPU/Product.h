//===- Product.h - What GPU code for products has in common ---------------===//
#ifndef GRADUS_COMPILER_CODEGEN_GPU_PRODUCT_H
#define GRADUS_COMPILER_CODEGEN_GPU_PRODUCT_H

#include "compiler/Codegen/GPU/Emit.h"

namespace gradus::cuda {

/// A product whose result is computed in tiles, one per block.
class Product : public GPUKernel {
protected:
  /// The factor on one side. Its `extent` is its size in the dimension that is
  /// not k, and the block's tile begins at `first` of it.
  struct Factor {
    mlir::Value buffer;
    int64_t extent;
    bool kContiguous; // neighbours along k lie side by side
    mlir::Value first = {};
    mlir::Value tile = {}; // in shared memory

    mlir::Type element() const { return mlir::cast<mlir::MemRefType>(buffer.getType()).getElementType(); }
  };

  /// `lanes` neighbours of a row are stored together.
  Product(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, int64_t lanes);

  /// One block of `threads` per tile of rows x columns. Blocks that run at the
  /// same time share rows and columns, for the sake of the L2 cache.
  void placeBlocks(int64_t rows, int64_t columns, int64_t threads);

  /// Where element (k, x) of a factor lies in its buffer; x counts from 0, not
  /// from `first`.
  llvm::SmallVector<mlir::Value> indicesOf(const Factor &factor, mlir::Value k, mlir::Value x);

  /// Applies what is fused behind the product to the vector `sums`, for `row`
  /// and the columns from `column` on, and stores it; what lies beyond the
  /// result is left out if the tiles overlap its edge.
  void storeRow(mlir::Value sums, mlir::Value row, mlir::Value column);

  mlir::linalg::GenericOp op;
  ProductShape shape;
  mlir::Type sumType; // of one sum
  Factor left, right;

private:
  void store(mlir::Value value, mlir::Value row, mlir::Value column, bool vector);

  KernelEvaluator evaluator;
  int64_t lanes, tileRows = 0, tileColumns = 0;
  llvm::SmallVector<mlir::Value> outer; // this block's place in the batch
};

} // namespace gradus::cuda

#endif

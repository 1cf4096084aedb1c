//===- CPUOuterProducts.h - The register-tiled matmul ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_CPUOUTERPRODUCTS_H
#define GRADUS_COMPILER_CODEGEN_CPU_CPUOUTERPRODUCTS_H

#include "compiler/Codegen/Body/LongSum.h"
#include "compiler/Codegen/CPU/CPUMatmul.h"

namespace gradus::cpu {

/// Base of the emitters that compute a matmul by outer products: the microkernel.
/// Accumulators of rows x vectors are carried by the loop over k as SSA values; each
/// step loads the vectors of a row of the rhs, broadcasts one element of the lhs per
/// row and multiplies. Sums ascend in k, long ones in blocks (LongSum.h), so that
/// their order depends on the shape only.
struct OuterProducts : CPUMatmul {
  /// Columns of a tile, and how many tiles there are across and down a matrix.
  int64_t panel, panels, tiles;

  /// Creates the function, as CPUMatmul does.
  OuterProducts(rt::KernelOp kernel, VectorTarget target, const MatmulPlan &plan);

  /// A tile of the result: a matrix of the batch, and the first row and column with
  /// the number of each.
  struct Tile {
    llvm::ArrayRef<mlir::Value> batch;
    mlir::Value m0;
    int64_t rows;
    mlir::Value n0;
    int64_t columns;
  };
  /// Vectors across a tile.
  int64_t vectorsOf(const Tile &tile) const { return llvm::divideCeil(tile.columns, width); }
  /// Accumulators of a tile.
  int64_t sumsOf(const Tile &tile) const { return tile.rows * vectorsOf(tile); }

  /// How the microkernel reads step `k`: the element of row `i` of the tile, and the
  /// `j`-th vector of its columns.
  struct Operands {
    llvm::function_ref<mlir::Value(mlir::Value k, int64_t i)> lhs;
    llvm::function_ref<mlir::Value(mlir::Value k, int64_t j)> rhs;
  };

  /// The sums of `tile` over the steps [begin, end) of k, from zero; ordered by row,
  /// then vector.
  llvm::SmallVector<mlir::Value> multiply(const Tile &tile, mlir::Value begin, mlir::Value end, Operands operands);
  /// Applies the epilogue to the sums of a tile and stores the kernel's results.
  void storeTile(const Tile &tile, llvm::ArrayRef<mlir::Value> sums);

  /// Takes the first bytes of scratch memory for what the lhs needs, `lhsScratchBytes`,
  /// and fills them. To be called once, when scratch memory has its size.
  void prepareLhs();
  /// The bytes of scratch memory that are the lhs's.
  int64_t lhsScratchBytes() const;

  /// Element (row, k) of the lhs, in place.
  mlir::Value loadLhs(const Tile &tile, mlir::Value k, int64_t i);
  /// Vector `j` of a tile's columns in row k of the rhs, in place; lanes beyond the
  /// tile are zero.
  mlir::Value loadRhs(const Tile &tile, mlir::Value k, int64_t j);

private:
  // Where the lhs is read through a map: all of its elements as one dimension, and how far
  // behind the first of a row each term is, i32[k]. It is computed once: its divisions
  // would take longer than the products of a step.
  mlir::Value flatLhs, termOffsets;
};

} // namespace gradus::cpu

#endif

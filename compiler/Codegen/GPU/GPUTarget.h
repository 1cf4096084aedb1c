//===- GPUTarget.h - A GPU, as far as kernels depend on it ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_GPUTARGET_H
#define GRADUS_COMPILER_CODEGEN_GPU_GPUTARGET_H

#include "mlir/IR/Operation.h"
#include <cstdint>
#include <limits>
#include <optional>

namespace gradus::gpu {

/// Shared memory of a block that a kernel may declare, in bytes. More has to be
/// asked for at the launch (dynamic shared memory).
constexpr int64_t kMaxStaticSharedBytes = 48 << 10;

/// The GPU to generate code for, as far as kernels depend on it. What differs
/// between GPUs is set by `gpuTargetOf`; the rest holds for all of them, or
/// fits the server GPUs of sm_80 and later (A100: 108 multiprocessors, H100:
/// 132).
struct GPUTarget {
  /// True if it has mma.sync for tf32 and bf16, and cp.async: from sm_80 on.
  bool tensorCores = true;

  //===--- Memory ---===//
  /// Shared memory that a block may have, in bytes. From sm_80 on every GPU has
  /// at least 99 KiB; before, what needs no dynamic shared memory is used.
  int64_t maxSharedBytes = 96 << 10;
  /// What a thread reads, writes or copies at once at most, in bytes.
  int64_t maxAccessBytes = 16;
  /// What memory moves at least (a sector), in bytes.
  int64_t sectorBytes = 32;
  /// Values of at most this size, in bytes, never share memory, so that
  /// launches can be fused horizontally: memory that is used again makes them
  /// depend on each other. For small values that costs little.
  int64_t noAliasBytes = 256 << 10;

  //===--- Threads ---===//
  /// Threads of a warp: those that exchange values by shuffles.
  int64_t warpSize = 32;
  /// Blocks of one launch, in one dimension.
  int64_t maxBlocks = std::numeric_limits<int32_t>::max();
  /// Blocks of a few warps that fill it: about two per multiprocessor.
  int64_t blocksToFill = 256;
  /// Matmul tiles of 128 x 128 that fill it: about one per multiprocessor.
  int64_t tilesToFill = 100;

  //===--- Registers (255 of 32 bits per thread) ---===//
  /// Elements of a row that a thread keeps in registers, beside what is
  /// computed of them.
  int64_t maxRowElements = 16;
  /// Epilogues of more operations per element than this need registers that 128
  /// sums of a tensor-core matmul do not leave: a thread then has 64.
  int64_t largeEpilogueOps = 24;

  //===--- Launches ---===//
  /// Kernels of more FLOPs or bytes than this take longer than the 5 us or so
  /// of a launch: at 10 TFLOP/s, or at 3 TB/s. Fusing them horizontally gains
  /// nothing.
  int64_t maxFusedFlops = 50'000'000, maxFusedBytes = 16 << 20;
  /// Buffers of one launch. CUDA passes 4 KiB of arguments, 512 pointers; this
  /// stays well below.
  int64_t maxBuffers = 240;

  //===--- Matmuls ---===//
  /// Stages of a multistage buffer: three copies are under way while one stage
  /// is multiplied, which hides the latency of memory and lets two blocks share
  /// the shared memory of a multiprocessor.
  int64_t matmulStages = 4;
  /// Rows of tiles that are computed together, column by column, so that blocks
  /// that run at the same time find each other's operands in the L2 cache.
  int64_t l2TileRows = 8;
};

/// The target that `chip` names: sm_70 or later, also with the suffix a or f.
/// None if it is older, or no name of a GPU.
std::optional<GPUTarget> gpuTargetOf(llvm::StringRef chip);

/// The same, for the option of a pass: fails with an error at `op` if there is
/// none.
llvm::FailureOr<GPUTarget> gpuTargetOrError(llvm::StringRef chip, mlir::Operation *op);

} // namespace gradus::gpu

#endif

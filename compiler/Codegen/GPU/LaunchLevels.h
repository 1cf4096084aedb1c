//===- LaunchLevels.h - Which launches have to wait for which -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_LAUNCHLEVELS_H
#define GRADUS_COMPILER_CODEGEN_GPU_LAUNCHLEVELS_H

#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include <vector>

namespace gradus::gpu {

/// The bytes [begin, end) of a segment. Inputs are counted instead, one each.
struct MemoryRange {
  rt::Segment segment;
  int64_t begin, end;
};

/// A launch of an entry point, and the memory that it reads and writes.
struct Launch {
  rt::LaunchOp op;
  mlir::gpu::GPUFuncOp function; // what is launched
  llvm::SmallVector<MemoryRange> reads = {}, writes = {};
  /// Number among the launches of the entry point.
  size_t position = 0;
  /// Length of the longest chain of launches that it has to wait for. Launches
  /// of one level do not depend on each other.
  int64_t level = 0;

  /// The blocks and threads of the function; null without an rt.config.
  rt::GPULaunchAttr config() const;
  /// The cost of the function; zeros without an rt.cost.
  rt::CostAttr cost() const;
  /// True if it needs scratch memory, which all launches share.
  bool hasScratch() const;
};

/// The launches of `entry`, in order. None if one of them has no slots
/// (rt-plan-arena) or launches no function of `kernels`: then nothing is known
/// of what depends on what.
std::optional<std::vector<Launch>> collectLaunches(mlir::func::FuncOp entry, mlir::gpu::GPUModuleOp kernels);

} // namespace gradus::gpu

#endif

//===- CopyLoops.h - Loops around copies stay loops -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_COPYLOOPS_H
#define GRADUS_COMPILER_TARGET_COPYLOOPS_H

#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"

namespace gradus {

/// Forbids LLVM to unroll loops that copy or set memory. It counts a memcpy of a
/// row as one instruction, unrolls hundreds of them, and then schedules their loads
/// and stores in time that is quadratic in their number: one transposing kernel took
/// longer to compile than the rest of its model. The copies are as fast in a loop.
struct KeepCopyLoopsPass : llvm::PassInfoMixin<KeepCopyLoopsPass> {
  llvm::PreservedAnalyses run(llvm::Loop &loop, llvm::LoopAnalysisManager &manager,
                              llvm::LoopStandardAnalysisResults &results, llvm::LPMUpdater &updater);
};

} // namespace gradus

#endif

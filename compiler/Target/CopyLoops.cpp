//===- CopyLoops.cpp - Loops around copies stay loops ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/CopyLoops.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

PreservedAnalyses gradus::KeepCopyLoopsPass::run(Loop &loop, LoopAnalysisManager &, LoopStandardAnalysisResults &,
                                                 LPMUpdater &) {
  for (BasicBlock *block : loop.blocks())
    if (any_of(*block, IsaPred<MemIntrinsic>)) {
      loop.setLoopAlreadyUnrolled();
      break;
    }
  return PreservedAnalyses::all(); // metadata, which no analysis reads
}

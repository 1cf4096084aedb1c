//===- DeduplicateKernels.cpp - Keep one of each kernel -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/Hashing.h"

namespace gradus {
#define GEN_PASS_DEF_DEDUPLICATEKERNELSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

/// Equal for kernels with equal bodies.
static llvm::hash_code hashOf(rt::KernelOp kernel) {
  llvm::hash_code hash = llvm::hash_combine(kernel.getKind(), kernel.getFunctionType());
  for (Operation &op : kernel.getBody().front())
    hash = llvm::hash_combine(hash, OperationEquivalence::computeHash(&op, OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::IgnoreLocations));
  return hash;
}

static bool computeTheSame(rt::KernelOp a, rt::KernelOp b) {
  return a.getKind() == b.getKind() && a.getFunctionType() == b.getFunctionType() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(), OperationEquivalence::IgnoreLocations);
}

static void noteDecision(rt::KernelOp kernel, const Twine &text) {
  SmallVector<Attribute> decisions;
  if (ArrayAttr before = kernel.getDecisionsAttr())
    decisions.assign(before.begin(), before.end());
  decisions.push_back(StringAttr::get(kernel.getContext(), text));
  kernel.setDecisionsAttr(ArrayAttr::get(kernel.getContext(), decisions));
}

namespace {

struct DeduplicateKernelsPass : gradus::impl::DeduplicateKernelsPassBase<DeduplicateKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    DenseMap<size_t, SmallVector<rt::KernelOp, 1>> kept; // by hash
    llvm::StringMap<rt::KernelOp> sameAs;
    for (rt::KernelOp kernel : llvm::make_early_inc_range(getOperation().getOps<rt::KernelOp>())) {
      SmallVectorImpl<rt::KernelOp> &candidates = kept[hashOf(kernel)];
      auto same = llvm::find_if(candidates, [&](rt::KernelOp k) { return computeTheSame(k, kernel); });
      if (same == candidates.end()) {
        candidates.push_back(kernel);
        continue;
      }
      sameAs[kernel.getSymName()] = *same;
      noteDecision(*same, "also for " + kernel.getSymName());
      kernel.erase();
    }
    getOperation().walk([&](rt::LaunchOp launch) {
      auto it = sameAs.find(launch.getKernelName());
      if (it == sameAs.end())
        return;
      launch.setLabel(launch.getName());
      launch.setKernelAttr(FlatSymbolRefAttr::get(it->second.getSymNameAttr()));
    });
  }
};

} // namespace

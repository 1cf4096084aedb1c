//===- ReferenceRun.cpp - Evaluate functions on the reference evaluator ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Reference/Evaluator.h"
#include "mlir/IR/BuiltinOps.h"

namespace gradus {
#define GEN_PASS_DEF_REFERENCERUNPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;

namespace {
struct ReferenceRunPass : gradus::impl::ReferenceRunPassBase<ReferenceRunPass> {
  using Base::Base;
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      gradus::reference::State state;
      if (!function.isDeclaration() && function.getNumArguments() == 0 &&
          failed(gradus::reference::evaluate(function, {}, state)))
        signalPassFailure();
    }
  }
};
} // namespace

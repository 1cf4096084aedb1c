//===- Autodiff.cpp - Replace train.grad with the backward graph ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Passes/Passes.h"
#include "compiler/Support/Locations.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "train-autodiff"

namespace gradus {
#define GEN_PASS_DEF_AUTODIFFPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// Values of the block that depend on one of `roots`, the roots included.
DenseSet<Value> dependents(ValueRange roots, Block &block) {
  DenseSet<Value> active(roots.begin(), roots.end());
  for (Operation &op : block)
    if (llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); }))
      active.insert(op.result_begin(), op.result_end());
  return active;
}

/// Erases the optimizer steps that `gradient` drives, clipped or not.
void eraseUpdatesBy(Value gradient) {
  for (OpOperand &use : llvm::make_early_inc_range(gradient.getUses())) {
    if (isa<train::UpdateOpInterface>(use.getOwner()))
      use.getOwner()->erase();
    else if (auto clip = dyn_cast<train::ClipNormOp>(use.getOwner()))
      eraseUpdatesBy(clip.getResults()[use.getOperandNumber()]);
  }
}

/// Reverse accumulation: walks from the loss to the tensors differentiated by
/// and asks each op on the way for its adjoint.
LogicalResult differentiate(train::GradOp grad) {
  OpBuilder b(grad);
  Block &block = *grad->getBlock();
  DenseSet<Value> active = dependents(grad.getWrt(), block);
  DenseMap<Value, Value> gradients;
  gradients[grad.getLoss()] = nn::splat(b, backwardLoc(grad.getLoss().getLoc()), grad.getLoss().getType(), 1.0);

  DenseSet<Value> leaves(grad.getWrt().begin(), grad.getWrt().end());
  Operation *last = grad.getLoss().getDefiningOp();
  for (Operation *op = last; op; op = op->getPrevNode()) {
    if (llvm::none_of(op->getResults(), [&](Value v) { return active.contains(v) && gradients.contains(v); }))
      continue;
    if (llvm::none_of(op->getOperands(), [&](Value v) { return active.contains(v); }))
      continue;
    auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
    if (!differentiable)
      return op->emitError() << "'" << op->getName() << "' is not differentiable; put a stop_gradient before it";
    LDBG() << "adjoint of " << *op;
    SmallVector<Value> results, operands;
    for (Value v : op->getResults())
      results.push_back(gradients.lookup(v));
    Location loc = backwardLoc(op->getLoc());
    if (failed(differentiable.buildAdjoint(b, loc, results, operands)))
      return op->emitError() << "has no derivative";
    for (auto [operand, gradient] : llvm::zip_equal(op->getOperands(), operands)) {
      if (!gradient || !active.contains(operand))
        continue;
      Value &sum = gradients[operand];
      sum = sum ? Value(nn::AddOp::create(b, loc, sum, gradient)) : gradient;
    }
  }
  for (auto [wrt, result] : llvm::zip_equal(grad.getWrt(), grad.getGradients())) {
    Value gradient = gradients.lookup(wrt);
    if (!gradient) {
      // What the loss does not depend on stays as it is, without decay or momentum.
      eraseUpdatesBy(result);
      gradient = nn::splat(b, grad.getLoc(), wrt.getType(), 0.0);
    }
    result.replaceAllUsesWith(gradient);
  }
  grad.erase();
  return success();
}

struct AutodiffPass : gradus::impl::AutodiffPassBase<AutodiffPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<train::GradOp> requests;
    getOperation()->walk([&](train::GradOp op) { requests.push_back(op); });
    for (train::GradOp op : requests)
      if (failed(differentiate(op)))
        return signalPassFailure();
  }
};

} // namespace

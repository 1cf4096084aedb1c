//===- ExpandUpdates.cpp - Optimizer steps as nn ops ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Transforms/Expr.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace gradus {
#define GEN_PASS_DEF_EXPANDUPDATESPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// The sum of the squares of all elements of all `tensors`, as a scalar of the
/// first one's element type.
Expr sumOfSquares(ImplicitLocOpBuilder &b, ValueRange tensors) {
  Expr sum{&b, Value()};
  for (Value tensor : tensors) {
    auto type = cast<RankedTensorType>(tensor.getType());
    Value square = MulOp::create(b, tensor, tensor);
    Expr part{&b, ReduceOp::create(b, ReduceKind::Sum, square, llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())))};
    sum = sum.v ? sum + part.broadcastTo(sum.type()) : part;
  }
  return sum;
}

/// min(1, max / (norm + 1e-6)) times each gradient.
void expand(train::ClipNormOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Expr sum = sumOfSquares(b, op.getGradients());
  Expr scale = sum.constant(op.getMaxNorm().convertToDouble()) / (sqrt(sum) + sum.constant(1e-6));
  scale = min(scale, scale.constant(1));
  for (auto [gradient, result] : llvm::zip_equal(op.getGradients(), op.getResults())) {
    auto type = cast<RankedTensorType>(gradient.getType());
    result.replaceAllUsesWith((Expr{&b, gradient} * scale.broadcastTo(type)).v);
  }
  op.erase();
}

/// The schedule's rate, or a linear rise to its start during the warm-up.
void expand(train::LearningRateOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  train::ScheduleAttrInterface schedule = op.getSchedule();
  Expr t = toF64(b, train::CounterOp::create(b, train::Counter::Step));
  Expr rate{&b, schedule.buildRate(b, t.v, op.getWarmup())};
  if (op.getWarmup() > 0) {
    Expr length = t.constant(op.getWarmup());
    Value warming = CompareOp::create(b, t.type().clone(b.getI1Type()), ComparePredicate::Lt, t.v, length.v);
    Expr warm = schedule.getStart() * (t + t.constant(1)) / length;
    rate.v = SelectOp::create(b, rate.type(), warming, warm.v, rate.v);
  }
  op.replaceAllUsesWith(rate.v);
  op.erase();
}

/// The formula of an optimizer, from its interface.
LogicalResult expand(train::UpdateOpInterface op, SymbolTableCollection &tables) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  if (failed(op.expand(b, tables.getSymbolTable(SymbolTable::getNearestSymbolTable(op)))))
    return failure();
  op->erase();
  return success();
}

struct ExpandUpdatesPass : gradus::impl::ExpandUpdatesPassBase<ExpandUpdatesPass> {
  using Base::Base;
  void runOnOperation() override {
    getOperation()->walk([](train::ClipNormOp op) { expand(op); });
    getOperation()->walk([](train::LearningRateOp op) { expand(op); });
    SymbolTableCollection tables;
    WalkResult result =
        getOperation()->walk([&](train::UpdateOpInterface op) { return WalkResult(expand(op, tables)); });
    if (result.wasInterrupted())
      return signalPassFailure();
  }
};

} // namespace

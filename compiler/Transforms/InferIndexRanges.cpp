//===- InferIndexRanges.cpp - What inputs that index may hold -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace gradus {
#define GEN_PASS_DEF_INFERINDEXRANGESPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// Whether every element of the op's result is an element of an operand.
bool forwardsElements(Operation *op) {
  return isa<nn::ReshapeOp, nn::BroadcastOp, nn::TransposeOp, nn::ConcatOp, nn::CastOp>(op);
}

bool isOfIntegers(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  return element.isInteger(32) || element.isInteger(64);
}

/// The smallest bound of the ops that `input` is an index of; nothing if there is none.
std::optional<int64_t> boundOf(Value input) {
  std::optional<int64_t> bound;
  SetVector<Value> values;
  values.insert(input);
  for (size_t i = 0; i < values.size(); ++i)
    for (OpOperand &use : values[i].getUses()) {
      auto indexing = dyn_cast<nn::IndexingOpInterface>(use.getOwner());
      if (indexing && &indexing.getIndexOperand() == &use)
        bound = std::min(bound.value_or(INT64_MAX), indexing.getIndexBound());
      if (forwardsElements(use.getOwner()) && isOfIntegers(use.getOwner()->getResult(0)))
        values.insert(use.getOwner()->getResult(0));
    }
  return bound;
}

struct InferIndexRangesPass : gradus::impl::InferIndexRangesPassBase<InferIndexRangesPass> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!train::getEntry(function) || function.isExternal())
      return;
    Builder b(&getContext());
    for (BlockArgument input : function.getArguments())
      if (std::optional<int64_t> bound = isOfIntegers(input) ? boundOf(input) : std::nullopt)
        function.setArgAttr(input.getArgNumber(), train::kIndicesAttr, b.getI64IntegerAttr(*bound));
  }
};

} // namespace

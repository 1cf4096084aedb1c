//===- LowerPrecision.cpp - Narrow what products read ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/Builders.h"

namespace gradus {
#define GEN_PASS_DEF_LOWERPRECISIONPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// Makes bf16 copies of values, one of each, where the value is computed: the
/// kernel that computes it then stores the copy too.
class Narrowing {
public:
  Value narrow(Value v) {
    // What only moves elements moves the narrow ones.
    SmallVector<Operation *> moves;
    while (!copies.contains(v) && isa_and_nonnull<ReshapeOp, TransposeOp>(v.getDefiningOp())) {
      moves.push_back(v.getDefiningOp());
      v = moves.back()->getOperand(0);
    }
    Value &copy = copies[v];
    if (!copy) {
      OpBuilder b(v.getContext());
      b.setInsertionPointAfterValue(v);
      copy = CastOp::create(b, v.getLoc(), narrowType(v), v);
    }
    Value narrow = copy;
    for (Operation *move : llvm::reverse(moves)) {
      Operation *clone = move->clone();
      move->getBlock()->getOperations().insertAfter(move->getIterator(), clone);
      clone->setOperand(0, narrow);
      clone->getResult(0).setType(narrowType(move->getResult(0)));
      narrow = copies[move->getResult(0)] = clone->getResult(0);
    }
    return narrow;
  }

private:
  DenseMap<Value, Value> copies;

  static Type narrowType(Value v) {
    return cast<RankedTensorType>(v.getType()).clone(BFloat16Type::get(v.getContext()));
  }
};

struct LowerPrecisionPass : gradus::impl::LowerPrecisionPassBase<LowerPrecisionPass> {
  using Base::Base;
  void runOnOperation() override {
    Narrowing narrowing;
    SmallVector<MatmulOp> products;
    getOperation()->walk([&](MatmulOp op) {
      if (op.getPrecision() == Precision::BF16)
        products.push_back(op);
    });
    for (MatmulOp op : products) {
      op.getLhsMutable().assign(narrowing.narrow(op.getLhs()));
      op.getRhsMutable().assign(narrowing.narrow(op.getRhs()));
      op.setPrecision(Precision::F32);
    }
  }
};

} // namespace

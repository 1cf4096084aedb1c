//===- LowerPrecision.cpp - Cast matmul operands to bf16 ------------------===//
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
class BF16Copies {
public:
  /// The bf16 copy of `v`.
  Value of(Value v) {
    // Reshapes and transposes are repeated on the copy of their operand.
    SmallVector<Operation *> moves;
    while (!copies.contains(v) && isa_and_nonnull<ReshapeOp, TransposeOp>(v.getDefiningOp())) {
      moves.push_back(v.getDefiningOp());
      v = moves.back()->getOperand(0);
    }
    Value &copy = copies[v];
    if (!copy) {
      OpBuilder b(v.getContext());
      b.setInsertionPointAfterValue(v);
      copy = CastOp::create(b, v.getLoc(), bf16Type(v), v);
    }
    Value result = copy;
    for (Operation *move : llvm::reverse(moves)) {
      Operation *clone = move->clone();
      move->getBlock()->getOperations().insertAfter(move->getIterator(), clone);
      clone->setOperand(0, result);
      clone->getResult(0).setType(bf16Type(move->getResult(0)));
      result = copies[move->getResult(0)] = clone->getResult(0);
    }
    return result;
  }

private:
  DenseMap<Value, Value> copies;

  static Type bf16Type(Value v) { return cast<RankedTensorType>(v.getType()).clone(BFloat16Type::get(v.getContext())); }
};

struct LowerPrecisionPass : gradus::impl::LowerPrecisionPassBase<LowerPrecisionPass> {
  using Base::Base;
  void runOnOperation() override {
    BF16Copies copies;
    SmallVector<MatmulOp> matmuls;
    getOperation()->walk([&](MatmulOp op) {
      if (op.getPrecision() == Precision::BF16)
        matmuls.push_back(op);
    });
    for (MatmulOp op : matmuls) {
      op.getLhsMutable().assign(copies.of(op.getLhs()));
      op.getRhsMutable().assign(copies.of(op.getRhs()));
      op.setPrecision(Precision::F32);
    }
  }
};

} // namespace

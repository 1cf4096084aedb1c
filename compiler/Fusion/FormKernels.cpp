//===- FormKernels.cpp - Group ops into kernels ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What belongs together is decided by KernelGroups; this pass prepares the
// entry point and replaces each group by an rt.kernel and its launch.
//
//===----------------------------------------------------------------------===//
#include "compiler/Fusion/KernelGroups.h"
#include "compiler/Passes/Passes.h"
#include "compiler/Support/Locations.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace gradus {
#define GEN_PASS_DEF_FORMKERNELSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

/// Removes what nothing uses, with what only that used.
static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (fusionRole(&op) && op.use_empty())
      op.erase();
}

/// Gives each write a value of its own, computed by an op of this step.
static void isolateWrites(func::FuncOp entry) {
  DenseSet<Value> taken;
  for (Value v : entry.getBody().front().getTerminator()->getOperands())
    taken.insert(v);
  // What is returned must be the old value, not what takes its place.
  Operation *terminator = entry.getBody().front().getTerminator();
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value source = operand.get();
    while (source.getDefiningOp() && isView(source.getDefiningOp()))
      source = source.getDefiningOp()->getOperand(0);
    if (source.getDefiningOp<train::ReadOp>()) {
      OpBuilder b(terminator);
      operand.set(nn::StopGradientOp::create(b, terminator->getLoc(), operand.get()));
    }
  }
  for (auto write : llvm::make_early_inc_range(entry.getOps<train::WriteOp>())) {
    Operation *def = write.getValue().getDefiningOp();
    bool own = def && fusionRole(def) && !isView(def) && !isDuplicable(def) && taken.insert(write.getValue()).second;
    if (!own)
      copyBefore(write);
  }
}
namespace {

/// Makes kernels of the groups of one entry point.
class KernelBuilder {
public:
  KernelBuilder(func::FuncOp entry, const KernelGroups &groups, SymbolTable &symbols)
      : entry(entry), groups(groups), symbols(symbols) {}

  /// Replaces the ops of the entry point by launches of kernels that hold them.
  LogicalResult materialize() {
    Block &block = entry.getBody().front();
    IRMapping launched; // values of the step -> results of launches
    OpBuilder b = OpBuilder::atBlockTerminator(&block);
    // Views are recreated behind the launch of what they view.
    std::function<Value(Value)> outside = [&](Value v) -> Value {
      if (launched.contains(v))
        return launched.lookup(v);
      Operation *def = v.getDefiningOp();
      if (def && isView(def)) {
        IRMapping map;
        map.map(def->getOperand(0), outside(def->getOperand(0)));
        launched.map(v, b.clone(*def, map)->getResult(0));
        return launched.lookup(v);
      }
      return v;
    };
    for (const KernelGroup *g : groups.inOrder())
      if (failed(launch(*g, b, launched, outside)))
        return failure();
    // Writes and results follow all launches.
    for (train::WriteOp write : SmallVector<train::WriteOp>(entry.getOps<train::WriteOp>())) {
      Value value = outside(write.getValue());
      train::WriteOp::create(b, write.getLoc(), write.getVariable(), value);
      write.erase();
    }
    Operation *terminator = block.getTerminator();
    for (OpOperand &operand : terminator->getOpOperands())
      operand.set(outside(operand.get()));
    eraseDead(block);
    for (Operation &op : block)
      if (fusionRole(&op) && !isView(&op))
        return op.emitError("is in no kernel; this is a bug in Gradus");
    return success();
  }

private:
  LogicalResult launch(const KernelGroup &g, OpBuilder &b, IRMapping &launched, function_ref<Value(Value)> outside) {
    DenseSet<Operation *> inside(g.ops.begin(), g.ops.end());
    SetVector<Value> inputs;
    SmallVector<Value> outputs;
    SmallVector<Location> locs;
    int64_t flops = 0;
    for (Operation *op : g.ops) {
      locs.push_back(op->getLoc());
      flops += cast<FusibleOpInterface>(op).getFlops();
      for (Value v : KernelGroups::readsOf(op))
        if (!v.getDefiningOp() || !inside.contains(v.getDefiningOp()))
          inputs.insert(v);
      if (groups.escapes(op, g))
        outputs.push_back(op->getResult(0));
    }
    for (Value v : outputs)
      if (getElementTypeOrSelf(v.getType()).isInteger(1))
        return v.getDefiningOp()->emitError("a tensor of i1 cannot be stored; cast it to i32 first");

    SmallVector<Value> operands;
    for (Value v : inputs)
      operands.push_back(outside(v));
    Location loc = FusedLoc::get(b.getContext(), uniqueLocs(locs));
    OpBuilder top(entry);
    auto type = b.getFunctionType(ValueRange(operands).getTypes(), ValueRange(outputs).getTypes());
    auto kernel = rt::KernelOp::create(top, loc, kernelName(locs, g), type, g.kind);
    // Names say which layers; only symbols must differ.
    StringAttr name = kernel.getSymNameAttr();
    StringAttr label = symbols.insert(kernel) == name ? StringAttr() : name;
    SmallVector<Attribute> decisions;
    for (const std::string &d : g.decisions)
      decisions.push_back(b.getStringAttr(d));
    if (!decisions.empty())
      kernel.setDecisionsAttr(b.getArrayAttr(decisions));
    int64_t bytes = 0;
    for (Type t : llvm::concat<const Type>(type.getInputs(), type.getResults()))
      bytes += byteSize(t);
    kernel->setAttr(rt::kFlopsAttr, b.getI64IntegerAttr(flops));
    kernel->setAttr(rt::kBytesAttr, b.getI64IntegerAttr(bytes));

    OpBuilder body = OpBuilder::atBlockEnd(&kernel.getBody().front());
    IRMapping map;
    for (auto [v, argument] : llvm::zip_equal(inputs, kernel.getBody().getArguments()))
      map.map(v, argument);
    std::function<void(Operation *)> cloneIn = [&](Operation *op) {
      for (Value v : op->getOperands())
        if (Operation *def = v.getDefiningOp(); def && isDuplicable(def) && !map.contains(v))
          cloneIn(def);
      body.clone(*op, map);
    };
    for (Operation *op : g.ops)
      cloneIn(op);
    SmallVector<Value> yields;
    for (Value v : outputs)
      yields.push_back(map.lookup(v));
    rt::YieldOp::create(body, loc, yields);

    auto launch =
        rt::LaunchOp::create(b, loc, ValueRange(outputs).getTypes(), FlatSymbolRefAttr::get(kernel.getSymNameAttr()),
                             label, operands, ArrayAttr(), ArrayAttr());
    for (auto [v, result] : llvm::zip_equal(outputs, launch.getOutputs()))
      launched.map(v, result);
    return success();
  }

  static SmallVector<Location> uniqueLocs(ArrayRef<Location> locs) {
    SetVector<Location> unique(locs.begin(), locs.end());
    return unique.takeVector();
  }

  std::string kernelName(ArrayRef<Location> locs, const KernelGroup &g) const {
    std::string name = groupName(locs);
    return name.empty() ? g.ops.front()->getName().stripDialect().str() : name;
  }

  func::FuncOp entry;
  const KernelGroups &groups;
  SymbolTable &symbols;
};

struct FormKernelsPass : gradus::impl::FormKernelsPassBase<FormKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto entry : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!entry->hasAttr(train::kEntryAttr))
        continue;
      eraseDead(entry.getBody().front());
      isolateWrites(entry);
      KernelGroups groups(entry);
      groups.merge();
      groups.orderWrites();
      if (failed(KernelBuilder(entry, groups, symbols).materialize()))
        return signalPassFailure();
    }
  }
};

} // namespace

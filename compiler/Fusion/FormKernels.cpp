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
#include "llvm/Analysis/TargetLibraryInfo.h"

namespace gradus {
#define GEN_PASS_DEF_FORMKERNELSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

/// Erases ops without users, and then those that only they used.
static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (fusionRole(&op) && op.use_empty())
      op.erase();
}

/// Gives each write a value of its own, computed by an op of this step, and copies each
/// result that is a variable's old value, or an input: the caller's memory may be gone
/// when the result is read.
static void isolateWrites(func::FuncOp entry) {
  Operation *terminator = entry.getBody().front().getTerminator();
  DenseSet<Value> taken(terminator->operand_begin(), terminator->operand_end());
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value source = operand.get();
    while (source.getDefiningOp() && isView(source.getDefiningOp()))
      source = source.getDefiningOp()->getOperand(0);
    if (isa<BlockArgument>(source) || source.getDefiningOp<train::ReadOp>()) {
      OpBuilder b(terminator);
      operand.set(rt::CopyOp::create(b, terminator->getLoc(), operand.get()));
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
      : entry(entry), groups(groups), symbols(symbols), b(OpBuilder::atBlockTerminator(&entry.getBody().front())) {}

  /// Replaces the ops of the entry point by launches of kernels that hold them.
  LogicalResult materialize() {
    for (const KernelGroup *group : groups.inOrder())
      if (failed(launch(*group)))
        return failure();
    // Writes and results follow all launches.
    for (train::WriteOp write : SmallVector<train::WriteOp>(entry.getOps<train::WriteOp>())) {
      Value value = launchedValue(write.getValue());
      train::WriteOp::create(b, write.getLoc(), write.getVariable(), value);
      write.erase();
    }
    Block &block = entry.getBody().front();
    for (OpOperand &operand : block.getTerminator()->getOpOperands())
      operand.set(launchedValue(operand.get()));
    eraseDead(block);
    for (Operation &op : block)
      if (fusionRole(&op) && !isView(&op))
        return op.emitError("is in no kernel; this is a bug in Gradus");
    return success();
  }

private:
  /// What a kernel takes and returns, as values of the step.
  struct Interface {
    SetVector<Value> inputs;
    SmallVector<Value> outputs;
  };

  /// The value that stands for `v` of the step among the launches: a launch's
  /// result, or a view of one, which is cloned behind that launch; `v` itself if no
  /// kernel computes it.
  Value launchedValue(Value v) {
    SmallVector<Operation *> views; // the last one first
    Value source = v;
    while (!launched.contains(source) && source.getDefiningOp() && isView(source.getDefiningOp())) {
      views.push_back(source.getDefiningOp());
      source = source.getDefiningOp()->getOperand(0);
    }
    for (Operation *view : llvm::reverse(views)) {
      IRMapping map;
      map.map(view->getOperand(0), launched.lookupOrDefault(view->getOperand(0)));
      launched.map(view->getResult(0), b.clone(*view, map)->getResult(0));
    }
    return launched.lookupOrDefault(v);
  }

  LogicalResult launch(const KernelGroup &group) {
    Interface interface = interfaceOf(group);
    for (Value v : interface.outputs)
      if (getElementTypeOrSelf(v.getType()).isInteger(1))
        return v.getDefiningOp()->emitError("a tensor of i1 cannot be stored; cast it to i32 first");
    SmallVector<Value> operands;
    for (Value v : interface.inputs)
      operands.push_back(launchedValue(v));
    TypeRange resultTypes = ValueRange(interface.outputs).getTypes();
    auto type = b.getFunctionType(ValueRange(operands).getTypes(), resultTypes);
    rt::KernelOp kernel = createKernel(group, type);
    fillBody(kernel, group, interface);
    // Symbols are unique, and not those of functions that code may call; labels say
    // which layers, and need not be.
    StringAttr name = kernel.getSymNameAttr();
    if (isLibraryFunction(name))
      kernel.setSymName((name.getValue() + ".kernel").str());
    StringAttr label = symbols.insert(kernel) == name ? StringAttr() : name;
    auto launch = rt::LaunchOp::create(b, kernel.getLoc(), resultTypes, FlatSymbolRefAttr::get(kernel.getSymNameAttr()),
                                       label, operands, ArrayAttr(), ArrayAttr());
    for (auto [v, result] : llvm::zip_equal(interface.outputs, launch.getOutputs()))
      launched.map(v, result);
    return success();
  }

  Interface interfaceOf(const KernelGroup &group) const {
    DenseSet<Operation *> inside(group.ops.begin(), group.ops.end());
    Interface interface;
    for (Operation *op : group.ops) {
      for (Value v : KernelGroups::readsOf(op))
        if (!inside.contains(v.getDefiningOp()))
          interface.inputs.insert(v);
      if (groups.escapes(op, group))
        interface.outputs.push_back(op->getResult(0));
    }
    return interface;
  }

  /// Creates the kernel before the entry point, its body without ops.
  rt::KernelOp createKernel(const KernelGroup &group, FunctionType type) {
    SetVector<Location> locs;
    int64_t flops = 0;
    for (Operation *op : group.ops) {
      locs.insert(op->getLoc());
      flops += cast<FusibleOpInterface>(op).getFlops();
    }
    int64_t bytes = 0;
    for (Type t : llvm::concat<const Type>(type.getInputs(), type.getResults()))
      bytes += byteSize(t);
    OpBuilder top(entry);
    Location loc = FusedLoc::get(b.getContext(), locs.getArrayRef());
    auto kernel = rt::KernelOp::create(top, loc, kernelName(group), type, group.kind);
    SmallVector<Attribute> decisions;
    for (const std::string &decision : group.decisions)
      decisions.push_back(b.getStringAttr(decision));
    if (!decisions.empty())
      kernel.setDecisionsAttr(b.getArrayAttr(decisions));
    kernel.setCostAttr(rt::CostAttr::get(b.getContext(), flops, bytes));
    return kernel;
  }

  /// Clones the ops of `group` into `kernel`, and the duplicable ops they need.
  void fillBody(rt::KernelOp kernel, const KernelGroup &group, const Interface &interface) {
    OpBuilder body = OpBuilder::atBlockEnd(&kernel.getBody().front());
    IRMapping map;
    for (auto [v, argument] : llvm::zip_equal(interface.inputs, kernel.getBody().getArguments()))
      map.map(v, argument);
    for (Operation *op : group.ops)
      cloneWithDuplicables(op, body, map);
    SmallVector<Value> yields;
    for (Value v : interface.outputs)
      yields.push_back(map.lookup(v));
    rt::YieldOp::create(body, kernel.getLoc(), yields);
  }

  /// Clones `op` behind the duplicable ops that it reads and `map` does not have.
  static void cloneWithDuplicables(Operation *op, OpBuilder &body, IRMapping &map) {
    for (Value v : op->getOperands())
      if (Operation *def = v.getDefiningOp(); def && isDuplicable(def) && !map.contains(v))
        cloneWithDuplicables(def, body, map);
    body.clone(*op, map);
  }

  /// True for a function of the C library, such as erf or memset.
  static bool isLibraryFunction(StringRef name) {
    static const llvm::TargetLibraryInfoImpl library{llvm::Triple("x86_64-unknown-linux-gnu")};
    llvm::LibFunc function;
    return library.getLibFunc(name, function);
  }

  /// The name of the layers that the ops are of; of the first op, if of none.
  static std::string kernelName(const KernelGroup &group) {
    SmallVector<Location> locs;
    for (Operation *op : group.ops)
      locs.push_back(op->getLoc());
    std::string name = groupName(locs);
    return name.empty() ? group.ops.front()->getName().stripDialect().str() : name;
  }

  func::FuncOp entry;
  const KernelGroups &groups;
  SymbolTable &symbols;
  OpBuilder b;        // at the end of the entry point
  IRMapping launched; // from values of the step to results of launches
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

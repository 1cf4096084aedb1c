//===- PlanArena.cpp - A slot for every value of a step ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Memory/ArenaPacking.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

namespace gradus {
#define GEN_PASS_DEF_PLANARENAPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using rt::Segment;
using rt::SlotAttr;

namespace {

/// Values that share memory with none may take as much as this many of the largest
/// of them.
constexpr int64_t kMaxUnsharedValues = 256;

int64_t alignedBytes(Type type) { return llvm::alignTo(byteSize(type), rt::kSlotAlignment); }

/// True if result `result` of a kernel may be stored over argument `argument`: each
/// element is read only to compute the element at the same index. Nothing is known of a
/// kernel that is a function already; `kernel` is then null.
bool mayOverwrite(rt::KernelOp kernel, unsigned argument, unsigned result) {
  if (!kernel)
    return false;
  if (kernel.getKind() != rt::KernelKind::Elementwise && kernel.getKind() != rt::KernelKind::Matmul)
    return false;
  BlockArgument value = kernel.getBody().getArgument(argument);
  if (value.getType() != kernel.getResultTypes()[result])
    return false;
  // What is computed may be computed anew for a read through a map, elsewhere.
  auto recomputes = [](nn::AffineReadOp op) { return !isa<BlockArgument>(op.getInput()); };
  if (llvm::any_of(kernel.getBody().getOps<nn::AffineReadOp>(), recomputes))
    return false;
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    return isa<nn::ElementwiseOpInterface>(user) && cast<RankedTensorType>(user->getResult(0).getType()).getShape() ==
                                                        cast<RankedTensorType>(value.getType()).getShape();
  });
}

/// The value whose bytes `v` shows, through reshapes.
Value root(Value v) {
  while (auto reshape = v.getDefiningOp<nn::ReshapeOp>())
    v = reshape.getInput();
  return v;
}

/// Gives every value of one entry point a slot.
class ArenaPlanner {
public:
  /// `variables` are the slots of parameters and states, by name. Values of at most
  /// `noAliasBytes` share memory with none.
  ArenaPlanner(func::FuncOp entry, const SymbolTable &symbols, const llvm::StringMap<SlotAttr> &variables,
               int64_t noAliasBytes)
      : entry(entry), symbols(symbols), variables(variables), noAliasBytes(noAliasBytes),
        launches(entry.getOps<rt::LaunchOp>()) {}

  LogicalResult run() {
    collectFixed();
    collectLastUses();
    for (size_t i = 0; i < launches.size(); ++i)
      addBlocks(i);
    keepSmallUnshared();
    return annotate(assignOffsets(blocks));
  }

private:
  func::FuncOp entry;
  const SymbolTable &symbols;
  const llvm::StringMap<SlotAttr> &variables;
  int64_t noAliasBytes;
  SmallVector<rt::LaunchOp> launches;
  DenseMap<Value, SlotAttr> fixed;
  DenseMap<Value, int64_t> lastUse; // the last launch that reads a value
  DenseMap<Value, size_t> blockOf;
  SmallVector<ArenaBlock> blocks;

  SlotAttr slot(Segment segment, int64_t offset) { return SlotAttr::get(entry.getContext(), segment, offset); }

  /// Inputs, variables, counters, and what variables are overwritten with.
  void collectFixed() {
    for (auto [i, argument] : llvm::enumerate(entry.getArguments()))
      fixed[argument] = slot(Segment::Inputs, i);
    for (auto read : entry.getOps<train::ReadOp>())
      fixed[read] = variables.at(read.getVariable());
    for (auto counter : entry.getOps<train::CounterOp>())
      fixed[counter] = slot(Segment::Counters, sizeof(int64_t) * static_cast<int64_t>(counter.getCounter()));
    for (auto write : entry.getOps<train::WriteOp>())
      fixed[root(write.getValue())] = variables.at(write.getVariable());
  }

  void collectLastUses() {
    for (auto [i, launch] : llvm::enumerate(launches))
      for (Value v : launch.getInputs())
        lastUse[root(v)] = i;
    for (Value v : entry.getBody().front().getTerminator()->getOperands())
      lastUse[root(v)] = launches.size();
  }

  /// Gives the results of launch `index` blocks: those of operands that are read
  /// for the last time where possible, else new ones.
  void addBlocks(size_t index) {
    rt::LaunchOp launch = launches[index];
    auto begin = static_cast<int64_t>(index);
    DenseSet<size_t> taken;
    for (auto [r, result] : llvm::enumerate(launch.getOutputs())) {
      if (fixed.contains(result))
        continue;
      auto last = lastUse.find(result);
      int64_t end = last != lastUse.end() ? last->second : begin;
      std::optional<size_t> block = reusableBlock(launch, r, begin, taken);
      if (block)
        blocks[*block].end = end;
      else
        blocks.push_back({alignedBytes(result.getType()), begin, end});
      blockOf[result] = block.value_or(blocks.size() - 1);
      taken.insert(blockOf[result]);
    }
  }

  /// The block of an operand that `launch`, at `index`, reads for the last time and
  /// may overwrite with its result `result`.
  std::optional<size_t> reusableBlock(rt::LaunchOp launch, unsigned result, int64_t index,
                                      const DenseSet<size_t> &taken) {
    auto kernel = symbols.lookup<rt::KernelOp>(launch.getKernelName());
    for (auto [a, input] : llvm::enumerate(launch.getInputs())) {
      auto it = blockOf.find(root(input));
      if (it == blockOf.end() || lastUse[root(input)] != index || taken.contains(it->second))
        continue;
      bool twice = llvm::count_if(launch.getInputs(), [&](Value v) { return root(v) == root(input); }) > 1;
      if (!twice && blocks[it->second].end == index && mayOverwrite(kernel, a, result))
        return it->second;
    }
    return std::nullopt;
  }

  /// Small blocks share memory with none, so that no launch has to wait for
  /// another's memory; as long as they are few.
  void keepSmallUnshared() {
    int64_t budget = kMaxUnsharedValues * noAliasBytes;
    for (ArenaBlock &block : blocks) {
      if (block.bytes > noAliasBytes)
        continue;
      budget -= block.bytes;
      if (budget < 0)
        return;
      block.begin = 0;
      block.end = launches.size();
    }
  }

  /// The slot of a value, or null, with an error, if it has none.
  SlotAttr slotOf(Value v) {
    if (SlotAttr known = fixed.lookup(root(v)))
      return known;
    auto block = blockOf.find(root(v));
    if (block != blockOf.end())
      return slot(Segment::Arena, blocks[block->second].offset);
    emitError(v.getLoc(), "a launch reads a value that no kernel computes");
    return {};
  }

  FailureOr<SmallVector<SlotAttr>> slotsOf(ValueRange values) {
    SmallVector<SlotAttr> slots;
    for (Value v : values) {
      slots.push_back(slotOf(v));
      if (!slots.back())
        return failure();
    }
    return slots;
  }

  /// Writes the slots to the launches, and the plan to the entry point.
  LogicalResult annotate(int64_t arenaBytes) {
    auto array = [&](ArrayRef<SlotAttr> slots) {
      return ArrayAttr::get(entry.getContext(), SmallVector<Attribute>(slots.begin(), slots.end()));
    };
    for (rt::LaunchOp launch : launches) {
      auto operands = slotsOf(launch.getInputs()), results = slotsOf(launch.getOutputs());
      if (failed(operands) || failed(results))
        return failure();
      launch.setOperandSlotsAttr(array(*operands));
      launch.setResultSlotsAttr(array(*results));
    }
    auto results = slotsOf(entry.getBody().front().getTerminator()->getOperands());
    if (failed(results))
      return failure();
    entry->setAttr(rt::kPlanAttr, rt::PlanAttr::get(entry.getContext(), arenaBytes, *results));
    return success();
  }
};

/// Lays out parameters, then states, and records it as rt.variable ops behind
/// them. Returns their slots, by name.
llvm::StringMap<SlotAttr> layOutVariables(ModuleOp module) {
  for (auto old : llvm::make_early_inc_range(module.getOps<rt::VariableOp>()))
    old.erase();
  llvm::StringMap<SlotAttr> slots;
  OpBuilder b(module.getContext());
  for (Operation &op : *module.getBody())
    if (isa<train::ParameterOp, train::StateOp>(op))
      b.setInsertionPointAfter(&op);
  int64_t offset = 0;
  auto add = [&](Location loc, StringRef name, RankedTensorType type) {
    rt::VariableOp::create(b, loc, name, offset, type);
    slots[name] = SlotAttr::get(module.getContext(), Segment::Variables, offset);
    offset += alignedBytes(type);
  };
  for (auto parameter : module.getOps<train::ParameterOp>())
    add(parameter.getLoc(), parameter.getSymName(), parameter.getType());
  for (auto state : module.getOps<train::StateOp>())
    add(state.getLoc(), state.getSymName(), state.getType());
  return slots;
}

struct PlanArenaPass : gradus::impl::PlanArenaPassBase<PlanArenaPass> {
  using Base::Base;
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::StringMap<SlotAttr> variables = layOutVariables(getOperation());
    for (auto entry : getOperation().getOps<func::FuncOp>())
      if (entry->hasAttr(train::kEntryAttr) && failed(ArenaPlanner(entry, symbols, variables, noAliasBytes).run()))
        return signalPassFailure();
  }
};

} // namespace

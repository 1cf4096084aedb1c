//===- PlanArena.cpp - A slot for every value of a step ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/EquivalenceClasses.h"
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

/// Every slot starts on a cache line, which is also the widest vector.
constexpr int64_t kAlignment = 64;

/// A stretch of memory needed from launch `begin` to launch `end`, inclusive.
struct Interval {
  int64_t bytes, begin, end, offset = 0;
};

/// Assigns offsets, largest block first, each in the smallest gap that fits
/// among the blocks alive at the same time. Returns the total.
int64_t assignOffsets(MutableArrayRef<Interval> blocks) {
  SmallVector<Interval *> order;
  for (Interval &b : blocks)
    order.push_back(&b);
  llvm::sort(order, [](Interval *l, Interval *r) {
    return std::tie(r->bytes, l->begin, l) < std::tie(l->bytes, r->begin, r);
  });
  SmallVector<Interval *> placed; // by offset
  int64_t total = 0;
  for (Interval *b : order) {
    int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max(), cursor = 0;
    for (Interval *p : placed) {
      if (p->end < b->begin || b->end < p->begin)
        continue;
      int64_t gap = p->offset - cursor;
      if (gap >= b->bytes && gap < bestGap) {
        best = cursor;
        bestGap = gap;
      }
      cursor = std::max(cursor, p->offset + p->bytes);
    }
    b->offset = best >= 0 ? best : cursor;
    total = std::max(total, b->offset + b->bytes);
    placed.insert(llvm::upper_bound(placed, b, [](Interval *l, Interval *r) { return l->offset < r->offset; }), b);
  }
  return total;
}

/// True if result `result` of a kernel may be stored where argument `argument`
/// lies: each element is read only to compute that element.
bool mayOverwrite(rt::KernelOp kernel, unsigned argument, unsigned result) {
  if (kernel.getKind() != rt::KernelKind::Elementwise && kernel.getKind() != rt::KernelKind::Matmul)
    return false;
  BlockArgument value = kernel.getBody().getArgument(argument);
  if (value.getType() != kernel.getResultTypes()[result])
    return false;
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    return isa<nn::ElementwiseOpInterface>(user) && cast<RankedTensorType>(user->getResult(0).getType()).getShape() ==
                                                        cast<RankedTensorType>(value.getType()).getShape();
  });
}

class ArenaPlanner {
public:
  ArenaPlanner(func::FuncOp entry, ModuleOp module, int64_t noAliasBytes)
      : entry(entry), module(module), noAliasBytes(noAliasBytes) {}

  LogicalResult run() {
    for (auto [i, argument] : llvm::enumerate(entry.getArguments()))
      fixed[argument] = slot(Segment::Inputs, i);
    for (auto read : entry.getOps<train::ReadOp>())
      fixed[read] = variableSlot(read.getVariable());
    for (auto counter : entry.getOps<train::CounterOp>())
      fixed[counter] = slot(Segment::Counters, 8 * static_cast<int64_t>(counter.getCounter()));
    for (auto write : entry.getOps<train::WriteOp>())
      fixed[root(write.getValue())] = variableSlot(write.getVariable());
    collectBlocks();
    keepSmallApart();
    int64_t total = assignOffsets(blocks);
    annotate(total);
    return success(placed);
  }

private:
  func::FuncOp entry;
  ModuleOp module;
  int64_t noAliasBytes;
  DenseMap<Value, SlotAttr> fixed;
  DenseMap<Value, int> blockOf;
  SmallVector<Interval> blocks;
  bool placed = true; // every value has a slot

  SlotAttr slot(Segment segment, int64_t offset) { return SlotAttr::get(entry.getContext(), segment, offset); }
  SlotAttr variableSlot(StringRef name) {
    Operation *variable = module.lookupSymbol(name);
    return slot(Segment::Variables, variable->getAttrOfType<IntegerAttr>(rt::kOffsetAttr).getInt());
  }

  /// Small blocks share with none, so that no launch has to wait for another's
  /// memory; as long as they are few.
  void keepSmallApart() {
    int64_t rest = 256 * noAliasBytes,
            launches = std::distance(entry.getOps<rt::LaunchOp>().begin(), entry.getOps<rt::LaunchOp>().end());
    for (Interval &b : blocks)
      if (b.bytes <= noAliasBytes && (rest -= b.bytes) >= 0) {
        b.begin = 0;
        b.end = launches;
      }
  }

  /// The value whose bytes `v` shows, through reshapes.
  static Value root(Value v) {
    while (auto reshape = v.getDefiningOp<nn::ReshapeOp>())
      v = reshape.getInput();
    return v;
  }

  void collectBlocks() {
    SmallVector<rt::LaunchOp> launches(entry.getOps<rt::LaunchOp>());
    DenseMap<Value, int64_t> lastUse;
    for (auto [i, launch] : llvm::enumerate(launches))
      for (Value v : launch.getInputs())
        lastUse[root(v)] = i;
    for (Value v : entry.getBody().front().getTerminator()->getOperands())
      lastUse[root(v)] = launches.size();
    for (auto [i, launch] : llvm::enumerate(launches)) {
      auto kernel = module.lookupSymbol<rt::KernelOp>(launch.getKernelName());
      DenseSet<int> taken;
      for (auto [r, result] : llvm::enumerate(launch.getOutputs())) {
        if (fixed.contains(result))
          continue;
        int64_t end = lastUse.contains(result) ? lastUse[result] : static_cast<int64_t>(i);
        // A value that dies here passes its place on.
        int inherited = -1;
        for (auto [a, input] : llvm::enumerate(launch.getInputs())) {
          auto it = blockOf.find(root(input));
          if (it == blockOf.end() || lastUse[root(input)] != static_cast<int64_t>(i) || taken.contains(it->second))
            continue;
          bool twice = llvm::count_if(launch.getInputs(), [&](Value v) { return root(v) == root(input); }) > 1;
          if (twice || blocks[it->second].end != static_cast<int64_t>(i) || !mayOverwrite(kernel, a, r))
            continue;
          inherited = it->second;
          break;
        }
        if (inherited >= 0) {
          taken.insert(inherited);
          blocks[inherited].end = end;
          blockOf[result] = inherited;
        } else {
          blockOf[result] = blocks.size();
          blocks.push_back({static_cast<int64_t>(llvm::alignTo(byteSize(result.getType()), kAlignment)),
                            static_cast<int64_t>(i), end});
          taken.insert(blockOf[result]);
        }
      }
    }
  }

  SlotAttr slotOf(Value v) {
    v = root(v);
    if (SlotAttr p = fixed.lookup(v))
      return p;
    auto block = blockOf.find(v);
    if (block != blockOf.end())
      return slot(Segment::Arena, blocks[block->second].offset);
    emitError(v.getLoc(), "a launch reads a value that no kernel computes");
    placed = false;
    return slot(Segment::Arena, 0);
  }

  ArrayAttr slotsOf(ValueRange values) {
    SmallVector<Attribute> slots;
    for (Value v : values)
      slots.push_back(slotOf(v));
    return ArrayAttr::get(entry.getContext(), slots);
  }

  void annotate(int64_t total) {
    Builder b(entry.getContext());
    for (auto launch : entry.getOps<rt::LaunchOp>()) {
      launch.setOperandSlotsAttr(slotsOf(launch.getInputs()));
      launch.setResultSlotsAttr(slotsOf(launch.getOutputs()));
    }
    entry->setAttr(rt::kArenaBytesAttr, b.getI64IntegerAttr(total));
    entry->setAttr(rt::kResultSlotsAttr, slotsOf(entry.getBody().front().getTerminator()->getOperands()));
  }
};

struct PlanArenaPass : gradus::impl::PlanArenaPassBase<PlanArenaPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    Builder b(&getContext());
    int64_t offset = 0;
    auto give = [&](Operation *variable, Type type) {
      variable->setAttr(rt::kOffsetAttr, b.getI64IntegerAttr(offset));
      offset += llvm::alignTo(byteSize(type), kAlignment);
    };
    for (auto parameter : module.getOps<train::ParameterOp>())
      give(parameter, parameter.getType());
    for (auto state : module.getOps<train::StateOp>())
      give(state, state.getType());
    for (auto entry : module.getOps<func::FuncOp>())
      if (entry->hasAttr(train::kEntryAttr) && failed(ArenaPlanner(entry, module, noAliasBytes).run()))
        return signalPassFailure();
  }
};

} // namespace

//===- LaunchLevels.cpp - Which launches have to wait for which -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/LaunchLevels.h"
#include "dialects/Support/TensorUtils.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;
using mlir::gpu::GPUFuncOp;

rt::GPULaunchAttr Launch::config() const { return rt::getConfig<rt::GPULaunchAttr>(function); }

rt::CostAttr Launch::cost() const { return rt::getCost(function); }

bool Launch::hasScratch() const {
  return cast<MemRefType>(GPUFuncOp(function).getArgumentTypes().back()).getNumElements() > 0;
}

static bool anyOverlap(ArrayRef<MemoryRange> lhs, ArrayRef<MemoryRange> rhs) {
  return llvm::any_of(lhs, [&](const MemoryRange &l) {
    return llvm::any_of(rhs, [&](const MemoryRange &r) { return l.overlaps(r); });
  });
}

/// True if the order of two launches matters.
static bool conflict(const Launch &lhs, const Launch &rhs) {
  return anyOverlap(lhs.writes, rhs.writes) || anyOverlap(lhs.writes, rhs.reads) || anyOverlap(lhs.reads, rhs.writes) ||
         (lhs.hasScratch() && rhs.hasScratch());
}

/// The memory of values of `types` in `slots`; none if there are no slots.
static std::optional<SmallVector<MemoryRange>> rangesOf(std::optional<ArrayAttr> slots, TypeRange types) {
  if (!slots || slots->size() != types.size())
    return std::nullopt;
  SmallVector<MemoryRange> ranges;
  for (auto [attr, type] : llvm::zip_equal(*slots, types)) {
    auto slot = cast<rt::SlotAttr>(attr);
    bool counted = slot.getSegment() == rt::Segment::Inputs;
    int64_t bytes = counted ? 1 : byteSize(type);
    ranges.push_back({slot.getSegment(), slot.getOffset(), slot.getOffset() + bytes});
  }
  return ranges;
}

std::optional<std::vector<Launch>> gradus::gpu::collectLaunches(func::FuncOp entry, mlir::gpu::GPUModuleOp kernels) {
  SymbolTable functions(kernels);
  std::vector<Launch> launches;
  for (auto op : entry.getOps<rt::LaunchOp>()) {
    Launch launch{op, functions.lookup<GPUFuncOp>(op.getKernelName())};
    std::optional<SmallVector<MemoryRange>> reads = rangesOf(op.getOperandSlots(), op.getInputs().getTypes());
    std::optional<SmallVector<MemoryRange>> writes = rangesOf(op.getResultSlots(), op.getOutputs().getTypes());
    if (!launch.function || !launch.config() || !reads || !writes)
      return std::nullopt;
    launch.position = launches.size();
    launch.reads = std::move(*reads);
    launch.writes = std::move(*writes);
    for (const Launch &before : launches)
      if (before.level >= launch.level && conflict(before, launch))
        launch.level = before.level + 1;
    launches.push_back(std::move(launch));
  }
  return launches;
}

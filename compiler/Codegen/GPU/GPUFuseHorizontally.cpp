//===- GPUFuseHorizontally.cpp - Independent small kernels in one launch --===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A launch costs a GPU some microseconds, whatever the kernel does, and a small
// kernel leaves most of the GPU idle. Launches that do not depend on each other
// become one, of a function that has the blocks of all (FusedFunction.h).
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/FusedFunction.h"
#include "compiler/Codegen/GPU/GPUTarget.h"
#include "compiler/Codegen/GPU/LaunchLevels.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/DebugLog.h"
#include "llvm/Support/MathExtras.h"

#define DEBUG_TYPE "gpu-fuse-horizontally"

namespace gradus {
#define GEN_PASS_DEF_GPUFUSEHORIZONTALLYPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;
using mlir::gpu::GPUFuncOp;

namespace {

/// Launches that are fused at most: for the size of the function.
constexpr size_t kMaxParts = 32;

/// Launches of one level that can become one.
class Group {
public:
  /// Adds `launch` if the group is empty, or if it fits beside the others: all
  /// are small and of equal block size, and within what `target` allows.
  bool tryAdd(Launch &launch, const GPUTarget &target) {
    int64_t launchBuffers = launch.reads.size() + launch.writes.size();
    llvm::MapVector<Type, int64_t> together = shared;
    for (auto [type, count] : sharedBuffers(launch))
      together[type] = std::max(together[type], count);
    bool fits =
        parts.empty() || (isSmall(launch, target) && isSmall(*parts.front(), target) &&
                          launch.config().getThreads() == threads && buffers + launchBuffers <= target.maxBuffers &&
                          sharedBytes(together, target) <= target.maxSharedBytes && parts.size() < kMaxParts);
    if (!fits)
      return false;
    parts.push_back(&launch);
    buffers += launchBuffers;
    shared = together;
    threads = launch.config().getThreads();
    return true;
  }

  /// Gives groups of the same functions the same order.
  void sortByFunction() {
    llvm::sort(parts, [](Launch *lhs, Launch *rhs) {
      return std::pair(lhs->function.getName(), lhs->position) < std::pair(rhs->function.getName(), rhs->position);
    });
  }

  ArrayRef<Launch *> getParts() const { return parts; }

private:
  SmallVector<Launch *> parts;
  int64_t buffers = 0, threads = 0;
  llvm::MapVector<Type, int64_t> shared; // how many buffers of each type

  static llvm::MapVector<Type, int64_t> sharedBuffers(Launch &launch) {
    llvm::MapVector<Type, int64_t> counts;
    for (Value buffer : launch.function.getWorkgroupAttributions())
      ++counts[buffer.getType()];
    return counts;
  }

  static int64_t sharedBytes(const llvm::MapVector<Type, int64_t> &counts, const GPUTarget &target) {
    int64_t bytes = 0;
    for (auto [type, count] : counts)
      bytes += count * llvm::alignTo(byteSize(type), target.maxAccessBytes);
    return bytes;
  }

  static bool isSmall(const Launch &launch, const GPUTarget &target) {
    return launch.cost().getFlops() <= target.maxFusedFlops && launch.cost().getBytes() <= target.maxFusedBytes &&
           !launch.hasScratch();
  }
};

/// Fuses the launches of entry points. Launches of the same functions share a
/// fused function.
class HorizontalFusion {
public:
  HorizontalFusion(mlir::gpu::GPUModuleOp kernels, const GPUTarget &target) : kernels(kernels), target(target) {}

  /// Fuses the launches of `entry`, and sorts its ops by level.
  void run(func::FuncOp entry) {
    std::optional<std::vector<Launch>> launches = collectLaunches(entry, kernels);
    if (!launches)
      return;
    DenseSet<Operation *> moved;
    Operation *end = entry.getBody().front().getTerminator();
    for (Group &group : groupsOf(*launches)) {
      ArrayRef<Launch *> parts = group.getParts();
      moveBefore(parts.size() > 1 ? fuse(parts, end) : parts[0]->op, end, moved);
    }
    // What reads results without being launched: writes of variables, views.
    SmallVector<Operation *> others;
    for (Operation &op : entry.getBody().front().without_terminator())
      if (!moved.contains(&op))
        others.push_back(&op);
    for (Operation *op : others)
      op->moveBefore(end);
  }

  /// Erases functions that only fused launches called.
  void eraseUnlaunched(ModuleOp module) {
    llvm::StringSet<> launched;
    module.walk([&](rt::LaunchOp launch) { launched.insert(launch.getKernelName()); });
    for (Operation *part : partFunctions)
      if (!launched.contains(cast<GPUFuncOp>(part).getName()))
        part->erase();
  }

private:
  mlir::gpu::GPUModuleOp kernels;
  const GPUTarget &target;
  llvm::SetVector<Operation *> partFunctions; // functions of launches that were fused
  llvm::StringMap<GPUFuncOp> fusedFunctions;  // by the names of their parts

  /// Groups of launches, in an order that respects all dependences.
  std::vector<Group> groupsOf(std::vector<Launch> &launches) {
    std::vector<std::vector<Launch *>> levels;
    for (Launch &launch : launches) {
      levels.resize(std::max<size_t>(levels.size(), launch.level + 1));
      levels[launch.level].push_back(&launch);
    }
    std::vector<Group> groups;
    for (const std::vector<Launch *> &level : levels) {
      size_t first = groups.size();
      for (Launch *launch : level) {
        bool added = false;
        for (size_t i = first; i < groups.size() && !added; ++i)
          added = groups[i].tryAdd(*launch, target);
        if (!added)
          groups.emplace_back().tryAdd(*launch, target);
      }
    }
    for (Group &group : groups)
      group.sortByFunction();
    return groups;
  }

  /// Moves a launch before `end`, behind the views that it reads.
  static void moveBefore(Operation *op, Operation *end, DenseSet<Operation *> &moved) {
    SmallVector<Operation *> chain{op};
    for (size_t i = 0; i < chain.size(); ++i)
      for (Value operand : chain[i]->getOperands())
        if (Operation *def = operand.getDefiningOp(); def && !isa<rt::LaunchOp>(def) && !moved.contains(def))
          chain.push_back(def);
    for (Operation *each : llvm::reverse(chain))
      if (moved.insert(each).second)
        each->moveBefore(end);
  }

  /// Replaces launches by one, before `end`.
  rt::LaunchOp fuse(ArrayRef<Launch *> parts, Operation *end) {
    SmallVector<Value> inputs;
    SmallVector<Type> results;
    SmallVector<Attribute> inputSlots, resultSlots;
    for (Launch *part : parts) {
      llvm::append_range(inputs, part->op.getInputs());
      llvm::append_range(results, part->op.getOutputs().getTypes());
      llvm::append_range(inputSlots, *part->op.getOperandSlots());
      llvm::append_range(resultSlots, *part->op.getResultSlots());
      partFunctions.insert(part->function);
    }
    std::string name = nameOf(parts);
    OpBuilder b(end);
    auto symbol = SymbolRefAttr::get(kernels.getSymNameAttr(), FlatSymbolRefAttr::get(fusedFunction(parts, name)));
    auto launch = rt::LaunchOp::create(b, parts[0]->op.getLoc(), results, symbol, b.getStringAttr(name), inputs,
                                       b.getArrayAttr(inputSlots), b.getArrayAttr(resultSlots));
    size_t result = 0;
    for (Launch *part : parts) {
      for (Value v : part->op.getOutputs())
        v.replaceAllUsesWith(launch.getOutputs()[result++]);
      part->op.erase();
    }
    LDBG() << "fused " << parts.size() << " launches: " << name;
    return launch;
  }

  /// The function for `parts`: one that is there already, or a new one called
  /// `name`.
  GPUFuncOp fusedFunction(ArrayRef<Launch *> parts, StringRef name) {
    std::string key;
    for (Launch *part : parts)
      key += part->function.getName().str() + ",";
    GPUFuncOp &function = fusedFunctions[key];
    if (!function)
      function = buildFusedFunction(parts, name, kernels);
    return function;
  }

  static std::string nameOf(ArrayRef<Launch *> parts) {
    std::string name = parts[0]->op.getName().str();
    size_t others = parts.size() - 1;
    return others == 1 ? name + " and " + parts[1]->op.getName().str()
                       : name + " and " + std::to_string(others) + " more";
  }
};

struct GPUFuseHorizontallyPass : gradus::impl::GPUFuseHorizontallyPassBase<GPUFuseHorizontallyPass> {
  using Base::Base;
  void runOnOperation() override {
    FailureOr<GPUTarget> target = gpuTargetOrError(chip, getOperation());
    if (failed(target))
      return signalPassFailure();
    for (auto kernels : getOperation().getOps<mlir::gpu::GPUModuleOp>()) {
      HorizontalFusion fusion(kernels, *target);
      for (auto entry : getOperation().getOps<func::FuncOp>())
        if (!entry.isExternal())
          fusion.run(entry);
      fusion.eraseUnlaunched(getOperation());
    }
  }
};

} // namespace

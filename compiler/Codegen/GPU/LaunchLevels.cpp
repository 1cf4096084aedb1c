//===- LaunchLevels.cpp - Which launches have to wait for which -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/LaunchLevels.h"
#include "dialects/Support/TensorUtils.h"
#include <map>

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;
using mlir::gpu::GPUFuncOp;

rt::GPULaunchAttr Launch::config() const { return rt::getConfig<rt::GPULaunchAttr>(function); }

rt::CostAttr Launch::cost() const { return rt::getCost(function); }

bool Launch::hasScratch() const {
  return cast<MemRefType>(GPUFuncOp(function).getArgumentTypes().back()).getNumElements() > 0;
}

namespace {

/// The highest levels at which memory was read and written so far. Pieces of memory
/// that were accessed alike have one entry: a search of all launches before each
/// would take time that is quadratic in their number.
class AccessLevels {
public:
  /// The least level at which `launch` can run, which is noted for its accesses.
  int64_t add(const Launch &launch) {
    int64_t level = launch.hasScratch() ? scratch + 1 : 0;
    for (const MemoryRange &range : launch.reads)
      forEachPiece(range, [&](Piece &piece) { level = std::max(level, piece.written + 1); });
    for (const MemoryRange &range : launch.writes)
      forEachPiece(range, [&](Piece &piece) { level = std::max({level, piece.read + 1, piece.written + 1}); });
    for (const MemoryRange &range : launch.reads)
      forEachPiece(range, [&](Piece &piece) { piece.read = std::max(piece.read, level); });
    for (const MemoryRange &range : launch.writes)
      forEachPiece(range, [&](Piece &piece) { piece.written = level; });
    if (launch.hasScratch())
      scratch = level;
    return level;
  }

private:
  struct Piece {
    int64_t end;
    int64_t read = -1, written = -1; // levels; -1: never
  };
  using Pieces = std::map<int64_t, Piece>; // by where they begin; they do not overlap
  std::map<rt::Segment, Pieces> segments;
  int64_t scratch = -1; // the level that used the scratch memory last

  /// Makes `at` a place where a piece begins, if it is inside of one.
  static void cut(Pieces &pieces, int64_t at) {
    auto after = pieces.upper_bound(at);
    if (after == pieces.begin())
      return;
    auto &[begin, piece] = *std::prev(after);
    if (begin == at || piece.end <= at)
      return;
    pieces.emplace(at, piece);
    piece.end = at;
  }

  /// Calls `body` with the pieces that `range` is made of.
  void forEachPiece(const MemoryRange &range, llvm::function_ref<void(Piece &)> body) {
    Pieces &pieces = segments[range.segment];
    cut(pieces, range.begin);
    cut(pieces, range.end);
    for (int64_t at = range.begin; at < range.end;) {
      auto it = pieces.lower_bound(at);
      if (it == pieces.end() || it->first > at) { // not accessed before
        int64_t end = it == pieces.end() ? range.end : std::min(it->first, range.end);
        it = pieces.emplace_hint(it, at, Piece{end});
      }
      body(it->second);
      at = it->second.end;
    }
  }
};

} // namespace

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
  AccessLevels levels;
  for (auto op : entry.getOps<rt::LaunchOp>()) {
    Launch launch{op, functions.lookup<GPUFuncOp>(op.getKernelName())};
    std::optional<SmallVector<MemoryRange>> reads = rangesOf(op.getOperandSlots(), op.getInputs().getTypes());
    std::optional<SmallVector<MemoryRange>> writes = rangesOf(op.getResultSlots(), op.getOutputs().getTypes());
    if (!launch.function || !launch.config() || !reads || !writes)
      return std::nullopt;
    launch.position = launches.size();
    launch.reads = std::move(*reads);
    launch.writes = std::move(*writes);
    launch.level = levels.add(launch);
    launches.push_back(std::move(launch));
  }
  return launches;
}

//===- GPUFuseHorizontally.cpp - Independent small kernels in one launch --===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A launch costs a GPU some microseconds, whatever the kernel does, and a small
// kernel leaves most of the GPU idle. Launches that touch no memory of each
// other's become one, whose blocks are theirs: the first blocks run the first
// kernel, the next ones the second.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/DebugLog.h"
#include "llvm/Support/MathExtras.h"
#include <map>

#define DEBUG_TYPE "gpu-fuse-horizontally"

namespace gradus {
#define GEN_PASS_DEF_GPUFUSEHORIZONTALLYPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using mlir::gpu::GPUFuncOp;

namespace {

/// Beyond so much work a kernel fills a GPU for longer than a launch takes.
constexpr int64_t kMaxFlops = 50'000'000, kMaxBytes = 16 << 20;
/// CUDA passes 4 KiB of arguments; this keeps well below.
constexpr size_t kMaxBuffers = 240;
/// Kernels in one launch, for the size of the code.
constexpr size_t kMaxParts = 32;
/// Bytes of a segment.
struct Range {
  rt::Segment segment;
  int64_t begin, end;
  bool overlaps(const Range &o) const { return segment == o.segment && begin < o.end && o.begin < end; }
};

/// A launch of an entry point, and what it touches.
struct Launch {
  rt::LaunchOp op;
  GPUFuncOp function;
  SmallVector<Range> reads, writes;
  int64_t level = 0; // of launches that it depends on, one behind the other

  int64_t attr(StringRef name) const {
    auto value = function->getAttrOfType<IntegerAttr>(name);
    return value ? value.getInt() : 0;
  }
  /// How many buffers of each type it has in shared memory.
  llvm::MapVector<Type, int64_t> sharedBuffers() {
    llvm::MapVector<Type, int64_t> counts;
    for (Value buffer : function.getWorkgroupAttributions())
      ++counts[buffer.getType()];
    return counts;
  }
  bool hasScratch() { return cast<MemRefType>(function.getArgumentTypes().back()).getNumElements() > 0; }
  bool isSmall() { return attr(rt::kFlopsAttr) <= kMaxFlops && attr(rt::kBytesAttr) <= kMaxBytes && !hasScratch(); }
};

bool anyOverlap(ArrayRef<Range> l, ArrayRef<Range> r) {
  return llvm::any_of(l,
                      [&](const Range &a) { return llvm::any_of(r, [&](const Range &b) { return a.overlaps(b); }); });
}

/// Whether the order of two launches matters.
bool conflict(Launch &l, Launch &r) {
  return anyOverlap(l.writes, r.writes) || anyOverlap(l.writes, r.reads) || anyOverlap(l.reads, r.writes) ||
         (l.hasScratch() && r.hasScratch());
}

/// False if the launches have no slots yet.
bool addRanges(std::optional<ArrayAttr> slots, TypeRange types, SmallVectorImpl<Range> &out) {
  if (!slots || slots->size() != types.size())
    return false;
  for (auto [attr, type] : llvm::zip_equal(*slots, types)) {
    auto slot = cast<rt::SlotAttr>(attr);
    int64_t bytes = byteSize(type), at = slot.getOffset();
    // Inputs are counted, not laid out.
    if (slot.getSegment() == rt::Segment::Inputs)
      bytes = 1;
    out.push_back({slot.getSegment(), at, at + bytes});
  }
  return true;
}

/// Launches of equal level that can be one. A block runs one of them, so that they
/// have shared memory in common.
class Group {
public:
  bool take(Launch &launch, int64_t mostShared) {
    size_t buffers = launch.reads.size() + launch.writes.size();
    int64_t threads = launch.attr(rt::kThreadsAttr), bytes = 0;
    llvm::MapVector<Type, int64_t> shared = this->shared;
    for (auto [type, count] : launch.sharedBuffers())
      shared[type] = std::max(shared[type], count);
    for (auto [type, count] : shared)
      bytes += count * llvm::alignTo(byteSize(type), 16);
    if (!parts.empty() && (!launch.isSmall() || !parts.front()->isSmall() || threads != this->threads ||
                           buffers + this->buffers > kMaxBuffers || bytes > mostShared || parts.size() == kMaxParts))
      return false;
    parts.push_back(&launch);
    this->buffers += buffers;
    this->shared = shared;
    this->threads = threads;
    return true;
  }

  SmallVector<Launch *> parts;

private:
  size_t buffers = 0;
  int64_t threads = 0;
  llvm::MapVector<Type, int64_t> shared;
};

class Merger {
public:
  /// Functions that become parts are added to `parts`; what is built is kept in
  /// `built`, by its parts.
  Merger(func::FuncOp entry, mlir::gpu::GPUModuleOp kernels, int64_t mostShared, SetVector<Operation *> &parts,
         std::map<std::vector<Operation *>, GPUFuncOp> &built)
      : entry(entry), kernels(kernels), mostShared(mostShared), parts(parts), built(built) {}

  void run() {
    if (!collect())
      return;
    Operation *end = entry.getBody().front().getTerminator();
    for (Group &group : groups()) {
      rt::LaunchOp launch = group.parts.size() > 1 ? merge(group) : group.parts[0]->op;
      moveBefore(launch, end);
    }
    // What reads results without being launched: writes of variables, views.
    SmallVector<Operation *> rest;
    for (Operation &op : entry.getBody().front().without_terminator())
      if (!moved.contains(&op))
        rest.push_back(&op);
    for (Operation *op : rest)
      op->moveBefore(end);
  }

private:
  func::FuncOp entry;
  mlir::gpu::GPUModuleOp kernels;
  int64_t mostShared;
  SetVector<Operation *> &parts;
  std::map<std::vector<Operation *>, GPUFuncOp> &built;
  std::vector<Launch> launches;
  DenseSet<Operation *> moved;

  bool collect() {
    SymbolTable functions(kernels);
    for (auto op : entry.getOps<rt::LaunchOp>()) {
      Launch launch{op, functions.lookup<GPUFuncOp>(op.getKernelName()), {}, {}};
      if (!launch.function || !addRanges(op.getOperandSlots(), op.getInputs().getTypes(), launch.reads) ||
          !addRanges(op.getResultSlots(), op.getOutputs().getTypes(), launch.writes))
        return false;
      for (Launch &before : launches)
        if (before.level >= launch.level && conflict(before, launch))
          launch.level = before.level + 1;
      launches.push_back(std::move(launch));
    }
    return true;
  }

  /// In an order that respects all conflicts.
  std::vector<Group> groups() {
    std::vector<std::vector<Launch *>> levels;
    for (Launch &launch : launches) {
      levels.resize(std::max<size_t>(levels.size(), launch.level + 1));
      levels[launch.level].push_back(&launch);
    }
    std::vector<Group> out;
    for (const std::vector<Launch *> &level : levels) {
      size_t first = out.size();
      for (Launch *launch : level) {
        auto end = out.end();
        if (std::find_if(out.begin() + first, end, [&](Group &group) { return group.take(*launch, mostShared); }) ==
            end)
          out.emplace_back().take(*launch, mostShared);
      }
    }
    // Groups of the same functions have them in the same order.
    for (Group &group : out)
      llvm::sort(group.parts, [](Launch *l, Launch *r) {
        return std::pair(l->function.getName(), l) < std::pair(r->function.getName(), r);
      });
    return out;
  }

  /// Moves a launch before `end`, behind the views that it reads.
  void moveBefore(Operation *op, Operation *end) {
    SmallVector<Operation *> chain{op};
    for (size_t i = 0; i < chain.size(); ++i)
      for (Value operand : chain[i]->getOperands())
        if (Operation *def = operand.getDefiningOp(); def && !isa<rt::LaunchOp>(def) && !moved.contains(def))
          chain.push_back(def);
    for (Operation *each : llvm::reverse(chain))
      if (moved.insert(each).second)
        each->moveBefore(end);
  }

  rt::LaunchOp merge(Group &group) {
    SmallVector<Value> inputs;
    SmallVector<Type> results;
    SmallVector<Attribute> inputSlots, resultSlots;
    for (Launch *part : group.parts) {
      llvm::append_range(inputs, part->op.getInputs());
      llvm::append_range(results, part->op.getOutputs().getTypes());
      llvm::append_range(inputSlots, *part->op.getOperandSlots());
      llvm::append_range(resultSlots, *part->op.getResultSlots());
    }
    std::string name = nameOf(group);
    std::vector<Operation *> functions;
    for (Launch *part : group.parts)
      functions.push_back(part->function);
    GPUFuncOp &function = built[functions];
    if (!function)
      function = build(group, name);
    OpBuilder b(entry.getBody().front().getTerminator());
    auto symbol = SymbolRefAttr::get(kernels.getSymNameAttr(), FlatSymbolRefAttr::get(function));
    auto launch = rt::LaunchOp::create(b, group.parts[0]->op.getLoc(), results, symbol, b.getStringAttr(name), inputs,
                                       b.getArrayAttr(inputSlots), b.getArrayAttr(resultSlots));
    size_t result = 0;
    for (Launch *part : group.parts) {
      parts.insert(part->function);
      rt::LaunchOp old = part->op;
      for (Value v : old.getOutputs())
        v.replaceAllUsesWith(launch.getOutputs()[result++]);
      old.erase();
    }
    LDBG() << "merged " << group.parts.size() << " launches: " << name;
    return launch;
  }

  static std::string nameOf(Group &group) {
    std::string name = group.parts[0]->op.getName().str();
    size_t more = group.parts.size() - 1;
    return more == 1 ? name + " and " + group.parts[1]->op.getName().str()
                     : name + " and " + std::to_string(more) + " more";
  }

  /// A function whose blocks are those of the parts, one after the other.
  GPUFuncOp build(Group &group, StringRef name) {
    SmallVector<Type> operandTypes, resultTypes;
    for (Launch *part : group.parts) {
      ArrayRef<Type> types = part->function.getArgumentTypes();
      llvm::append_range(operandTypes, types.take_front(part->reads.size()));
      llvm::append_range(resultTypes, types.slice(part->reads.size(), part->writes.size()));
    }
    ImplicitLocOpBuilder b(group.parts[0]->op.getLoc(), entry.getContext());
    b.setInsertionPointToEnd(kernels.getBody());
    SmallVector<Type> types(operandTypes);
    llvm::append_range(types, resultTypes);
    types.push_back(MemRefType::get({0}, b.getI8Type()));
    auto function = GPUFuncOp::create(b, gradus::gpu::kernelSymbol(name, kernels), b.getFunctionType(types, {}));
    function->setAttr(mlir::gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
    function->setAttr(rt::kKernelAttr, b.getStringAttr(name));
    int64_t blocks = 0, flops = 0, bytes = 0;
    Block *body = &function.getBody().front();
    b.setInsertionPointToStart(body);
    Value block = mlir::gpu::BlockIdOp::create(b, mlir::gpu::Dimension::x);
    size_t operand = 0, result = operandTypes.size();
    for (Launch *part : group.parts) {
      IRMapping map;
      GPUFuncOp from = part->function;
      for (size_t i = 0; i < part->reads.size(); ++i)
        map.map(from.getArgument(i), function.getArgument(operand++));
      for (size_t i = 0; i < part->writes.size(); ++i)
        map.map(from.getArgument(part->reads.size() + i), function.getArgument(result++));
      map.map(from.getArgument(from.getNumArguments() - 1), function.getArgument(types.size() - 1));
      shareBuffers(from, function, map);
      addPart(b, from, map, block, blocks, part->attr(rt::kBlocksAttr));
      blocks += part->attr(rt::kBlocksAttr);
      flops += part->attr(rt::kFlopsAttr);
      bytes += part->attr(rt::kBytesAttr);
      if (Attribute precision = from->getAttr(rt::kPrecisionAttr))
        function->setAttr(rt::kPrecisionAttr, precision);
    }
    mlir::gpu::ReturnOp::create(b);
    function->setAttr(rt::kBlocksAttr, b.getI64IntegerAttr(blocks));
    function->setAttr(rt::kFlopsAttr, b.getI64IntegerAttr(flops));
    function->setAttr(rt::kBytesAttr, b.getI64IntegerAttr(bytes));
    for (StringRef same : {StringRef(rt::kThreadsAttr), StringRef("nvvm.maxntid"), StringRef("nvvm.minctasm")})
      if (Attribute attr = group.parts[0]->function->getAttr(same))
        function->setAttr(same, attr);
    return function;
  }

  /// Maps the shared buffers of `from` to those of `function` of the same type,
  /// and adds what is missing.
  static void shareBuffers(GPUFuncOp from, GPUFuncOp function, IRMapping &map) {
    DenseSet<Value> taken;
    for (auto [i, buffer] : llvm::enumerate(from.getWorkgroupAttributions())) {
      Value own;
      for (Value known : function.getWorkgroupAttributions())
        if (!own && known.getType() == buffer.getType() && !taken.contains(known))
          own = known;
      if (!own) {
        own = function.addWorkgroupAttribution(buffer.getType(), buffer.getLoc());
        if (std::optional<ArrayAttr> attrs = from.getWorkgroupAttribAttrs())
          for (NamedAttribute attr : cast<DictionaryAttr>((*attrs)[i]))
            function.setWorkgroupAttributionAttr(function.getNumWorkgroupAttributions() - 1, attr.getName(),
                                                 attr.getValue());
      }
      taken.insert(own);
      map.map(Value(buffer), own);
    }
  }

  /// The body of `from`, for the `count` blocks from `first` on.
  static void addPart(ImplicitLocOpBuilder &b, GPUFuncOp from, IRMapping &map, Value block, int64_t first,
                      int64_t count) {
    Value own = arith::SubIOp::create(b, block, arith::ConstantIndexOp::create(b, first));
    Value here = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, own, arith::ConstantIndexOp::create(b, count));
    auto part = scf::IfOp::create(b, here, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(part.thenBlock());
    for (Operation &op : from.getBody().front().without_terminator())
      b.clone(op, map);
    part.walk([&](mlir::gpu::BlockIdOp id) {
      id.replaceAllUsesWith(own);
      id.erase();
    });
  }
};

struct GPUFuseHorizontallyPass : gradus::impl::GPUFuseHorizontallyPassBase<GPUFuseHorizontallyPass> {
  using Base::Base;
  void runOnOperation() override {
    for (auto kernels : getOperation().getOps<mlir::gpu::GPUModuleOp>()) {
      SetVector<Operation *> parts;
      std::map<std::vector<Operation *>, GPUFuncOp> built;
      for (auto entry : getOperation().getOps<func::FuncOp>())
        if (!entry.isExternal())
          Merger(entry, kernels, maxSharedMemory, parts, built).run();
      // What nothing launches alone is no kernel any more.
      llvm::StringSet<> launched;
      getOperation().walk([&](rt::LaunchOp launch) { launched.insert(launch.getKernelName()); });
      for (Operation *part : parts)
        if (!launched.contains(cast<GPUFuncOp>(part).getName()))
          part->erase();
    }
  }
};

} // namespace

//===- FormKernels.cpp - Group ops into kernels ---------------------------===//
//
// Every op starts as a group of its own. Groups joined by an edge are merged
// where their loop structures agree (`mergedKind`) and no other group stands
// between them. Then groups are put in an order in which each variable's last
// reader comes before its writer, and become rt.kernels.
//
//===----------------------------------------------------------------------===//
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Passes.h"
#include "compiler/Support/Locations.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "rt-form-kernels"

namespace gradus {
#define GEN_PASS_DEF_FORMKERNELSPASS
#include "compiler/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using rt::KernelKind;

namespace {

ArrayRef<int64_t> shapeOf(Value v) { return cast<RankedTensorType>(v.getType()).getShape(); }

std::optional<FusionRole> roleOf(Operation *op) {
  auto fusible = dyn_cast_or_null<FusibleOpInterface>(op);
  return fusible ? std::optional(fusible.getFusionRole()) : std::nullopt;
}
bool isDuplicable(Operation *op) { return roleOf(op) == FusionRole::Duplicable; }
bool isView(Operation *op) { return roleOf(op) == FusionRole::View; }

/// Ops that will be one kernel.
struct Group {
  KernelKind kind = KernelKind::Generic;
  SmallVector<Operation *> ops; // in program order
  SmallVector<int64_t> domain;  // elements iterated over, without a contraction's k
  int64_t split = 0;            // row: leading dims that are kept; column: leading dims summed over
  std::vector<std::string> decisions;
  bool alive = true;

  /// row: the shape left of the split; column: the shape right of it.
  ArrayRef<int64_t> reducedShape() const {
    ArrayRef<int64_t> all(domain);
    return kind == KernelKind::Row ? all.take_front(split) : all.drop_front(split);
  }
};

/// An edge between groups: a value and an op that uses it, perhaps through
/// duplicable ops (`shape` is the value's own).
struct Edge {
  int from, to;
  Value value;
  Operation *user;
};

class KernelFormer {
public:
  KernelFormer(func::FuncOp entry, SymbolTable &symbols) : entry(entry), symbols(symbols) {}

  LogicalResult run() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(entry.getBody().front())))
      if (roleOf(&op) && op.use_empty())
        op.erase();
    isolateWrites();
    makeGroups();
    mergeGroups();
    orderWrites();
    return materialize(sortGroups());
  }

private:
  func::FuncOp entry;
  SymbolTable &symbols;
  std::vector<Group> groups;
  DenseMap<Operation *, int> groupOf;
  SmallVector<std::pair<int, int>> antiDependencies; // first reads what second overwrites

  /// Gives each write a value of its own, computed by an op of this step.
  void isolateWrites() {
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
      bool own = def && roleOf(def) && !isView(def) && !isDuplicable(def) && taken.insert(write.getValue()).second;
      if (!own)
        copyBefore(write);
    }
  }
  Operation *copyBefore(train::WriteOp write) {
    OpBuilder b(write);
    auto copy = nn::StopGradientOp::create(b, write.getLoc(), write.getValue());
    write.getValueMutable().assign(copy);
    return copy;
  }

  /// True if a duplicable op must also exist in memory: someone needs it whole.
  static bool mustExist(Operation *op) {
    return llvm::any_of(op->getUsers(), [](Operation *user) {
      std::optional<FusionRole> role = roleOf(user);
      return !role || role == FusionRole::View || role == FusionRole::Generic || role == FusionRole::Contraction;
    });
  }

  void makeGroups() {
    for (Operation &op : entry.getBody().front()) {
      std::optional<FusionRole> role = roleOf(&op);
      if (!role || role == FusionRole::View || (role == FusionRole::Duplicable && !mustExist(&op)))
        continue;
      groupOf[&op] = groups.size();
      groups.push_back(singleGroup(&op, *role));
    }
  }

  Group singleGroup(Operation *op, FusionRole role) {
    Group g;
    g.ops.push_back(op);
    g.domain.assign(shapeOf(op->getResult(0)).begin(), shapeOf(op->getResult(0)).end());
    if (role == FusionRole::Elementwise || role == FusionRole::Duplicable) {
      g.kind = KernelKind::Elementwise;
    } else if (role == FusionRole::Contraction) {
      g.kind = KernelKind::Contraction;
    } else if (role == FusionRole::Reduction) {
      auto reduce = cast<nn::ReduceOp>(op);
      ArrayRef<int64_t> dims = reduce.getDims(), in = shapeOf(reduce.getInput());
      int64_t count = dims.size(), rank = in.size();
      if (dims.empty())
        return g;
      if (dims.front() == rank - count) { // the trailing dimensions
        g.kind = KernelKind::Row;
        g.split = rank - count;
        g.domain.assign(in.begin(), in.end());
      } else if (dims.back() == count - 1) { // the leading ones
        g.kind = KernelKind::Column;
        g.split = count;
        g.domain.assign(in.begin(), in.end());
      }
    }
    return g;
  }

  /// The values a group's op reads, looking through duplicable ops.
  static void leaves(Operation *op, SmallVectorImpl<Value> &out) {
    for (Value v : op->getOperands()) {
      Operation *def = v.getDefiningOp();
      if (def && isDuplicable(def))
        leaves(def, out);
      else
        out.push_back(v);
    }
  }

  /// The op that computes a value, looking through views; null for sources.
  static Operation *producer(Value v, bool *throughView = nullptr) {
    Operation *def = v.getDefiningOp();
    while (def && (isView(def) || isDuplicable(def))) {
      if (isDuplicable(def)) // a view of something materialized
        return def;
      if (throughView)
        *throughView = true;
      v = def->getOperand(0);
      def = v.getDefiningOp();
    }
    return def && roleOf(def) ? def : nullptr;
  }

  int groupProducing(Value v, bool *throughView = nullptr) const {
    Operation *def = producer(v, throughView);
    auto it = groupOf.find(def);
    return def && it != groupOf.end() ? it->second : -1;
  }

  /// What an op reads: for kernels that take whole tensors, duplicable
  /// operands exist in memory; all others look through them.
  SmallVector<Value> readsOf(Operation *op) const {
    FusionRole role = *roleOf(op);
    SmallVector<Value> reads;
    if (role == FusionRole::Contraction || role == FusionRole::Generic)
      llvm::append_range(reads, op->getOperands());
    else
      leaves(op, reads);
    return reads;
  }

  SmallVector<int> dependencies(int g) const {
    SetVector<int> deps;
    for (Operation *op : groups[g].ops)
      for (Value v : readsOf(op))
        if (int from = groupProducing(v); from >= 0 && from != g)
          deps.insert(from);
    for (auto [reader, writer] : antiDependencies)
      if (writer == g && reader != g)
        deps.insert(reader);
    return deps.takeVector();
  }

  /// True if `from` reaches `to` over at least one other group (or, with
  /// `direct`, over any path).
  bool reaches(int from, int to, bool direct) const {
    SmallVector<int> stack;
    for (int d : dependencies(to))
      if (d != from || direct)
        stack.push_back(d);
    DenseSet<int> seen;
    while (!stack.empty()) {
      int g = stack.pop_back_val();
      if (g == from)
        return true;
      // Nothing that ends before `from` begins depends on it.
      if (antiDependencies.empty() && groups[g].ops.back()->isBeforeInBlock(groups[from].ops.front()))
        continue;
      if (seen.insert(g).second)
        llvm::append_range(stack, dependencies(g));
    }
    return false;
  }

  bool usedOnlyIn(const Group &x, int y) const {
    for (Operation *op : x.ops)
      for (Operation *user : op->getUsers()) {
        SmallVector<Operation *> users{user};
        while (!users.empty()) {
          Operation *u = users.pop_back_val();
          if (isDuplicable(u) && !groupOf.contains(u)) {
            llvm::append_range(users, u->getUsers());
            continue;
          }
          auto it = groupOf.find(u);
          if (it == groupOf.end() || (it->second != y && &groups[it->second] != &x))
            return false;
        }
      }
    return true;
  }

  /// True if `v` is `value`, or computed from it by duplicable ops.
  static bool reads(Value v, Value value) {
    if (v == value)
      return true;
    Operation *def = v.getDefiningOp();
    return def && isDuplicable(def) &&
           llvm::any_of(def->getOperands(), [&](Value operand) { return reads(operand, value); });
  }

  /// True unless `user` reads `value`, which has the reduced shape of `r`,
  /// through a broadcast along other dimensions than the reduced ones.
  static bool spreadsAlong(Operation *user, Value value, const Group &r) {
    for (Value v : user->getOperands()) {
      Operation *def = v.getDefiningOp();
      if (!def || !isDuplicable(def))
        continue;
      if (auto broadcast = dyn_cast<nn::BroadcastOp>(def); broadcast && reads(broadcast.getInput(), value)) {
        int64_t shift = r.kind == KernelKind::Row ? 0 : r.split;
        if (!llvm::equal(broadcast.getDims(), llvm::seq<int64_t>(shift, shift + broadcast.getDims().size())))
          return false;
      }
      if (!spreadsAlong(def, value, r))
        return false;
    }
    return true;
  }

  /// The kind of the kernel that would hold both, or the reason why none does.
  std::optional<KernelKind> mergedKind(int xi, int yi, ArrayRef<Edge> edges, std::string &reason) const {
    const Group &x = groups[xi], &y = groups[yi];
    using K = KernelKind;
    auto elementwise = [](const Group &g) { return g.kind == K::Elementwise; };
    for (const Edge &e : edges)
      if (roleOf(e.user) == FusionRole::Contraction || roleOf(e.user) == FusionRole::Generic)
        return reason = "it is needed whole in memory", std::nullopt;
    if (elementwise(x) && elementwise(y)) {
      if (x.domain == y.domain)
        return K::Elementwise;
      return reason = "shapes differ", std::nullopt;
    }
    if (x.kind == K::Generic || y.kind == K::Generic)
      return reason = "data movement is a kernel of its own", std::nullopt;
    if (x.kind == K::Contraction || y.kind == K::Contraction) {
      if (x.kind == K::Contraction && elementwise(y) && x.domain == y.domain)
        return K::Contraction;
      if (y.kind == K::Contraction && elementwise(x) && x.domain == y.domain)
        return K::Contraction;
      return reason = "only elementwise ops on its result join a product", std::nullopt;
    }
    // What is left: rows and columns, with elementwise ops or each other.
    const Group &r = elementwise(x) ? y : x, &other = elementwise(x) ? x : y;
    bool whole = other.domain == r.domain, reduced = ArrayRef<int64_t>(other.domain) == r.reducedShape();
    if (elementwise(other) && !whole && !reduced)
      return reason = "shapes differ", std::nullopt;
    if (!elementwise(other) && (other.kind != r.kind || !whole || other.split != r.split))
      return reason = "loops over other rows", std::nullopt;
    // A value per row that is used for every element must be that row's.
    for (const Edge &e : edges)
      if (!spreadsAlong(e.user, e.value, r))
        return reason = "its values meet other rows", std::nullopt;
    if (r.kind == K::Row) {
      // One long row runs on one thread: draw in only what it alone needs.
      if (r.split == 0 && whole && !r.domain.empty() && !(&r == &y && usedOnlyIn(x, yi)))
        return reason = "a reduction of everything would make it serial", std::nullopt;
      return K::Row;
    }
    // Columns: nothing of full shape may depend on a column's sum.
    for (const Edge &e : edges)
      if (&r == &x && shapeOf(e.value) == r.reducedShape() && !(elementwise(y) && reduced))
        return reason = "needs the sum of a whole column", std::nullopt;
    return K::Column;
  }

  void mergeGroups() {
    for (Operation &op : entry.getBody().front()) {
      auto self = groupOf.find(&op);
      if (self == groupOf.end())
        continue;
      for (Value v : readsOf(&op)) {
        bool throughView = false;
        int y = groupOf[&op], x = groupProducing(v, &throughView);
        if (x < 0 || x == y)
          continue;
        std::string who = describe(producer(v));
        if (throughView) {
          groups[y].decisions.push_back("apart from " + who + ": a reshape lies between");
          continue;
        }
        std::string reason;
        SmallVector<Edge> edges = edgesBetween(x, y, throughView);
        if (throughView) {
          groups[y].decisions.push_back("apart from " + who + ": a reshape lies between");
          continue;
        }
        std::optional<KernelKind> kind = mergedKind(x, y, edges, reason);
        if (kind && reaches(x, y, /*direct=*/false)) {
          kind.reset();
          reason = "another kernel must run between them";
        }
        LDBG() << (kind ? "merge " : "keep apart ") << op.getName() << " and " << who << " " << reason;
        if (!kind) {
          groups[y].decisions.push_back("apart from " + who + ": " + reason);
          continue;
        }
        merge(x, y, *kind, who);
      }
    }
  }

  static std::string describe(Operation *op) {
    std::string name = op->getName().stripDialect().str();
    StringRef layer = layerName(op->getLoc());
    return layer.empty() ? name : name + " of " + layer.str();
  }

  /// All edges from x to y; `throughView` is set if one leads through a reshape.
  SmallVector<Edge> edgesBetween(int x, int y, bool &throughView) const {
    SmallVector<Edge> edges;
    for (Operation *op : groups[y].ops)
      for (Value v : readsOf(op))
        if (bool view = false; groupProducing(v, &view) == x) {
          throughView |= view;
          edges.push_back({x, y, v, op});
        }
    return edges;
  }

  void merge(int x, int y, KernelKind kind, const std::string &who) {
    Group &a = groups[x], &b = groups[y];
    Group &shaped = a.kind == kind && kind != KernelKind::Elementwise ? a : b;
    Group merged = shaped;
    merged.kind = kind;
    merged.ops.clear();
    llvm::append_range(merged.ops, a.ops);
    llvm::append_range(merged.ops, b.ops);
    llvm::sort(merged.ops, [](Operation *l, Operation *r) { return l->isBeforeInBlock(r); });
    merged.decisions = a.decisions;
    llvm::append_range(merged.decisions, b.decisions);
    merged.decisions.push_back("with " + who + ": same loops");
    b = std::move(merged);
    a.alive = false;
    a.ops.clear();
    for (Operation *op : b.ops)
      groupOf[op] = y;
  }

  /// Makes each variable's readers come before its writer; where the writer
  /// itself cannot overwrite what it reads, or an order does not exist, a copy
  /// at the end writes instead.
  void orderWrites() {
    for (auto write : llvm::make_early_inc_range(entry.getOps<train::WriteOp>())) {
      int writer = groupOf.at(write.getValue().getDefiningOp());
      SetVector<int> readers;
      bool unsafe = false;
      for (auto read : entry.getOps<train::ReadOp>()) {
        if (read.getVariable() != write.getVariable())
          continue;
        for (Operation &op : entry.getBody().front()) {
          auto it = groupOf.find(&op);
          if (it == groupOf.end())
            continue;
          for (Value v : readsOf(&op)) {
            Value source = v;
            while (source.getDefiningOp() && isView(source.getDefiningOp()))
              source = source.getDefiningOp()->getOperand(0);
            if (source != read.getResult())
              continue;
            readers.insert(it->second);
            if (it->second == writer)
              unsafe |= !readsSameElement(&op, v, write.getValue(), groups[writer]);
          }
        }
      }
      for (int reader : readers)
        unsafe |= reader != writer && reaches(writer, reader, /*direct=*/true);
      if (unsafe) {
        Operation *copy = copyBefore(write);
        writer = groups.size();
        groupOf[copy] = writer;
        groups.push_back(singleGroup(copy, FusionRole::Elementwise));
        groups.back().decisions.push_back("a copy: " + write.getVariable().str() + " is still read elsewhere");
      }
      for (int reader : readers)
        if (reader != writer)
          antiDependencies.emplace_back(reader, writer);
    }
  }

  /// True if `op` reads `v` only at the element that it, or what follows it,
  /// writes: then the result may take the operand's place.
  static bool readsSameElement(Operation *op, Value v, Value written, const Group &group) {
    if (group.kind == KernelKind::Row || group.kind == KernelKind::Generic || !isa<nn::ElementwiseOpInterface>(op))
      return false;
    if (group.kind == KernelKind::Column && shapeOf(written) != group.reducedShape())
      return false;
    return llvm::is_contained(op->getOperands(), v) && shapeOf(op->getResult(0)) == shapeOf(written) &&
           shapeOf(v) == shapeOf(written);
  }

  /// Groups in launch order: dependencies first, otherwise as in the program.
  SmallVector<int> sortGroups() const {
    SmallVector<int> order;
    DenseSet<int> done;
    std::function<void(int)> visit = [&](int g) {
      if (!done.insert(g).second)
        return;
      for (int d : dependencies(g))
        visit(d);
      order.push_back(g);
    };
    for (auto [i, g] : llvm::enumerate(groups))
      if (g.alive)
        visit(i);
    return order;
  }

  LogicalResult materialize(ArrayRef<int> order) {
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
    for (int g : order)
      if (failed(launch(groups[g], b, launched, outside)))
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
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (roleOf(&op) && op.use_empty())
        op.erase();
    return success();
  }

  LogicalResult launch(Group &g, OpBuilder &b, IRMapping &launched, function_ref<Value(Value)> outside) {
    DenseSet<Operation *> inside(g.ops.begin(), g.ops.end());
    SetVector<Value> inputs;
    SmallVector<Value> outputs;
    SmallVector<Location> locs;
    int64_t flops = 0;
    for (Operation *op : g.ops) {
      locs.push_back(op->getLoc());
      flops += cast<FusibleOpInterface>(op).getFlops();
      for (Value v : readsOf(op))
        if (!v.getDefiningOp() || !inside.contains(v.getDefiningOp()))
          inputs.insert(v);
      if (escapes(op, inside))
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
    symbols.insert(kernel);
    SmallVector<Attribute> decisions;
    for (const std::string &d : g.decisions)
      decisions.push_back(b.getStringAttr(d));
    if (!decisions.empty())
      kernel.setDecisionsAttr(b.getArrayAttr(decisions));
    int64_t bytes = 0;
    for (Type t : llvm::concat<const Type>(type.getInputs(), type.getResults()))
      bytes += cast<RankedTensorType>(t).getNumElements() * ((getElementTypeOrSelf(t).getIntOrFloatBitWidth() + 7) / 8);
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

    auto launch = rt::LaunchOp::create(b, loc, ValueRange(outputs).getTypes(), kernel.getSymName(), operands,
                                       ArrayAttr(), ArrayAttr());
    for (auto [v, result] : llvm::zip_equal(outputs, launch.getOutputs()))
      launched.map(v, result);
    return success();
  }

  /// True if someone outside of `inside` needs the op's result in memory.
  bool escapes(Operation *op, const DenseSet<Operation *> &inside) const {
    SmallVector<Operation *> users(op->getUsers());
    while (!users.empty()) {
      Operation *user = users.pop_back_val();
      if (inside.contains(user))
        continue;
      if (isDuplicable(user) && !groupOf.contains(user)) {
        llvm::append_range(users, user->getUsers());
        continue;
      }
      return true;
    }
    return false;
  }

  static SmallVector<Location> uniqueLocs(ArrayRef<Location> locs) {
    SetVector<Location> unique(locs.begin(), locs.end());
    return unique.takeVector();
  }

  std::string kernelName(ArrayRef<Location> locs, const Group &g) const {
    std::string name = groupName(locs);
    return name.empty() ? g.ops.front()->getName().stripDialect().str() : name;
  }
};

struct FormKernelsPass : gradus::impl::FormKernelsPassBase<FormKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto entry : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (entry->hasAttr(train::kEntryAttr) && failed(KernelFormer(entry, symbols).run()))
        return signalPassFailure();
  }
};

} // namespace

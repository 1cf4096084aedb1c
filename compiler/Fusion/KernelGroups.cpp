//===- KernelGroups.cpp - Which ops of a step become one kernel -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Fusion/KernelGroups.h"
#include "compiler/Support/Locations.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "rt-form-kernels"

using namespace mlir;
using namespace gradus;
using rt::KernelKind;

std::optional<FusionRole> gradus::fusionRole(Operation *op) {
  auto fusible = dyn_cast_or_null<FusibleOpInterface>(op);
  return fusible ? std::optional(fusible.getFusionRole()) : std::nullopt;
}
bool gradus::isDuplicable(Operation *op) { return fusionRole(op) == FusionRole::Duplicable; }
bool gradus::isView(Operation *op) { return fusionRole(op) == FusionRole::View; }

Operation *gradus::copyBefore(train::WriteOp write) {
  OpBuilder b(write);
  auto copy = nn::StopGradientOp::create(b, write.getLoc(), write.getValue());
  write.getValueMutable().assign(copy);
  return copy;
}

//===----------------------------------------------------------------------===//
// Groups of one op
//===----------------------------------------------------------------------===//

/// True if a duplicable op must also exist in memory: someone needs it whole.
static bool mustExist(Operation *op) {
  return llvm::any_of(op->getUsers(), [](Operation *user) {
    std::optional<FusionRole> role = fusionRole(user);
    return !role || role == FusionRole::View || role == FusionRole::Generic || role == FusionRole::Matmul;
  });
}

static KernelGroup singleGroup(Operation *op, FusionRole role) {
  KernelGroup g;
  g.ops.push_back(op);
  g.domain.assign(shapeOf(op->getResult(0)).begin(), shapeOf(op->getResult(0)).end());
  if (role == FusionRole::Elementwise || role == FusionRole::Duplicable) {
    g.kind = KernelKind::Elementwise;
  } else if (role == FusionRole::Matmul) {
    g.kind = KernelKind::Matmul;
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
  return def && fusionRole(def) ? def : nullptr;
}

//===----------------------------------------------------------------------===//
// The graph of groups
//===----------------------------------------------------------------------===//

/// False for ops whose kernels find duplicable operands in memory.
static bool looksThrough(Operation *op) {
  std::optional<FusionRole> role = fusionRole(op);
  return role != FusionRole::Matmul && role != FusionRole::Generic;
}

SmallVector<Value> KernelGroups::readsOf(Operation *op) {
  SmallVector<Value> reads;
  if (looksThrough(op))
    leaves(op, reads);
  else
    llvm::append_range(reads, op->getOperands());
  return reads;
}

int KernelGroups::groupProducing(Value v, bool *throughView) const {
  Operation *def = producer(v, throughView);
  auto it = groupOf.find(def);
  return def && it != groupOf.end() ? it->second : -1;
}

int KernelGroups::addGroup(Operation *op) {
  groupOf[op] = groups.size();
  groups.push_back(singleGroup(op, *fusionRole(op)));
  SmallVector<int> dependencies;
  for (Value v : readsOf(op))
    if (int from = groupProducing(v); from >= 0)
      dependencies.push_back(from);
  return order.add(dependencies);
}

void KernelGroups::makeGroups() {
  for (Operation &op : entry.getBody().front()) {
    std::optional<FusionRole> role = fusionRole(&op);
    if (role && role != FusionRole::View && (role != FusionRole::Duplicable || mustExist(&op)))
      addGroup(&op);
  }
}

/// All edges from x to y; `throughView` is set if one leads through a reshape.
SmallVector<KernelGroups::Edge> KernelGroups::edgesBetween(int x, int y, bool &throughView) const {
  SmallVector<Edge> edges;
  for (Operation *op : groups[y].ops)
    for (Value v : readsOf(op))
      if (bool view = false; groupProducing(v, &view) == x) {
        throughView |= view;
        edges.push_back({v, op});
      }
  return edges;
}

bool KernelGroups::usedOnlyIn(const KernelGroup &x, int y) const {
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

bool KernelGroups::escapes(Operation *op, const KernelGroup &group) const {
  auto inside = [&](Operation *user) {
    auto it = groupOf.find(user);
    return it != groupOf.end() && &groups[it->second] == &group;
  };
  // Each user, and whether it is reached through duplicable ops: kernels clone
  // those and read what is behind them, also where they exist in memory as well.
  SmallVector<std::pair<Operation *, bool>> users;
  for (Operation *user : op->getUsers())
    users.emplace_back(user, false);
  while (!users.empty()) {
    auto [user, through] = users.pop_back_val();
    bool outside = groupOf.contains(user) && !inside(user);
    if (isDuplicable(user)) {
      if (outside)
        return true;
      for (Operation *next : user->getUsers())
        users.emplace_back(next, true);
    } else if (!through) {
      if (!inside(user)) // also a view, a write or the end of the program
        return true;
    } else if (outside && looksThrough(user)) {
      return true;
    }
  }
  return false;
}

SmallVector<const KernelGroup *> KernelGroups::inOrder() const {
  SmallVector<const KernelGroup *> launches;
  for (int g : order.inOrder())
    launches.push_back(&groups[g]);
  return launches;
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

/// Ops in one kernel. Beyond this a round trip through memory costs little by
/// comparison, and compiling takes long; what follows a product is in the code
/// once for every register of its tile.
static constexpr int64_t kMaxOps = 128, kMaxOpsWithMatmul = 24;

/// True if `v` is `value`, or computed from it by duplicable ops.
static bool reads(Value v, Value value) {
  if (v == value)
    return true;
  Operation *def = v.getDefiningOp();
  return def && isDuplicable(def) &&
         llvm::any_of(def->getOperands(), [&](Value operand) { return reads(operand, value); });
}

/// True if `op`, and the duplicable ops it reads through, spread `value`, which
/// has the reduced shape of `r`, only along the dimensions that `r` reduces.
static bool spreadsAlong(Operation *op, Value value, const KernelGroup &r) {
  if (auto broadcast = dyn_cast<nn::BroadcastOp>(op); broadcast && reads(broadcast.getInput(), value)) {
    int64_t first = r.kind == KernelKind::Row ? 0 : r.split;
    if (!llvm::equal(broadcast.getDims(), llvm::seq<int64_t>(first, first + broadcast.getDims().size())))
      return false;
  }
  return llvm::all_of(op->getOperands(), [&](Value v) {
    Operation *def = v.getDefiningOp();
    return !def || !isDuplicable(def) || spreadsAlong(def, value, r);
  });
}

/// The kind of the kernel that would hold both, or none, with the reason.
std::optional<KernelKind> KernelGroups::mergedKind(int xi, int yi, ArrayRef<Edge> edges, std::string &reason) const {
  const KernelGroup &x = groups[xi], &y = groups[yi];
  using K = KernelKind;
  auto elementwise = [](const KernelGroup &g) { return g.kind == K::Elementwise; };
  for (const Edge &e : edges)
    if (fusionRole(e.user) == FusionRole::Matmul || fusionRole(e.user) == FusionRole::Generic)
      return reason = "it is needed whole in memory", std::nullopt;
  bool product = x.kind == K::Matmul || y.kind == K::Matmul;
  if (static_cast<int64_t>(x.ops.size() + y.ops.size()) > (product ? kMaxOpsWithMatmul : kMaxOps))
    return reason = "the kernel is large enough", std::nullopt;
  if (elementwise(x) && elementwise(y)) {
    if (x.domain == y.domain)
      return K::Elementwise;
    return reason = "shapes differ", std::nullopt;
  }
  if (x.kind == K::Generic || y.kind == K::Generic)
    return reason = "data movement is a kernel of its own", std::nullopt;
  if (x.kind == K::Matmul || y.kind == K::Matmul) {
    if (x.kind == K::Matmul && elementwise(y) && x.domain == y.domain)
      return K::Matmul;
    if (y.kind == K::Matmul && elementwise(x) && x.domain == y.domain)
      return K::Matmul;
    return reason = "only elementwise ops on its result join a product", std::nullopt;
  }
  // What is left: rows and columns, with elementwise ops or each other.
  const KernelGroup &r = elementwise(x) ? y : x, &other = elementwise(x) ? x : y;
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

static std::string describe(Operation *op) {
  std::string name = op->getName().stripDialect().str();
  StringRef layer = layerName(op->getLoc());
  return layer.empty() ? name : name + " of " + layer.str();
}

void KernelGroups::merge() {
  for (Operation &op : entry.getBody().front()) {
    if (!groupOf.contains(&op))
      continue;
    for (Value v : readsOf(&op)) {
      bool throughView = false;
      int y = groupOf[&op], x = groupProducing(v, &throughView);
      if (x < 0 || x == y)
        continue;
      std::string who = describe(producer(v)), reason;
      SmallVector<Edge> edges = edgesBetween(x, y, throughView);
      std::optional<KernelKind> kind;
      if (throughView)
        reason = "a reshape lies between";
      else if (kind = mergedKind(x, y, edges, reason); kind && order.reaches(x, y, /*direct=*/false)) {
        kind.reset();
        reason = "another kernel must run between them";
      }
      LDBG() << (kind ? "merge " : "keep apart ") << op.getName() << " and " << who << " " << reason;
      if (kind)
        mergeInto(x, y, *kind);
      groups[y].decisions.push_back(kind ? "with " + who + ": same loops" : "apart from " + who + ": " + reason);
    }
  }
}

void KernelGroups::mergeInto(int x, int y, KernelKind kind) {
  KernelGroup &a = groups[x], &b = groups[y];
  KernelGroup merged = a.kind == kind && kind != KernelKind::Elementwise ? a : b;
  merged.kind = kind;
  merged.ops = a.ops;
  llvm::append_range(merged.ops, b.ops);
  llvm::sort(merged.ops, [](Operation *l, Operation *r) { return l->isBeforeInBlock(r); });
  merged.decisions = a.decisions;
  llvm::append_range(merged.decisions, b.decisions);
  for (Operation *op : a.ops)
    groupOf[op] = y;
  b = std::move(merged);
  a = {};
  order.merge(x, y);
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

/// True if `op` reads `v` only at the element that it, or what follows it,
/// writes: then the result may take the operand's place.
static bool readsSameElement(Operation *op, Value v, Value written, const KernelGroup &group) {
  if (group.kind == KernelKind::Row || group.kind == KernelKind::Generic || !isa<nn::ElementwiseOpInterface>(op))
    return false;
  if (group.kind == KernelKind::Column && shapeOf(written) != group.reducedShape())
    return false;
  return llvm::is_contained(op->getOperands(), v) && shapeOf(op->getResult(0)) == shapeOf(written) &&
         shapeOf(v) == shapeOf(written);
}

/// The groups that read the variable of `write`; `unsafe` is set if the writer
/// is one of them and cannot overwrite what it reads.
llvm::SetVector<int> KernelGroups::readersOf(train::WriteOp write, int writer, bool &unsafe) const {
  llvm::SetVector<int> readers;
  // What shows the variable's bytes, and the value as which readsOf names it.
  SmallVector<std::pair<Value, Value>> shown;
  for (auto read : func::FuncOp(entry).getOps<train::ReadOp>())
    if (read.getVariable() == write.getVariable())
      shown.emplace_back(read, read);
  while (!shown.empty()) {
    auto [value, leaf] = shown.pop_back_val();
    for (Operation *user : value.getUsers()) {
      if (isView(user))
        shown.emplace_back(user->getResult(0), user->getResult(0));
      else if (isDuplicable(user))
        shown.emplace_back(user->getResult(0), leaf);
      auto it = groupOf.find(user);
      if (it == groupOf.end() || !llvm::is_contained(readsOf(user), leaf))
        continue;
      readers.insert(it->second);
      if (it->second == writer)
        unsafe |= !readsSameElement(user, leaf, write.getValue(), groups[writer]);
    }
  }
  return readers;
}

void KernelGroups::orderWrites() {
  for (auto write : llvm::make_early_inc_range(entry.getOps<train::WriteOp>())) {
    int writer = groupOf.at(write.getValue().getDefiningOp());
    bool unsafe = false;
    llvm::SetVector<int> readers = readersOf(write, writer, unsafe);
    for (int reader : readers)
      unsafe |= reader != writer && order.reaches(writer, reader, /*direct=*/true);
    if (unsafe) {
      writer = addGroup(copyBefore(write));
      groups[writer].decisions.push_back("a copy: " + write.getVariable().str() + " is still read elsewhere");
    }
    for (int reader : readers)
      if (reader != writer)
        order.addEdge(reader, writer);
  }
}

//===- KernelGroups.cpp - Which ops of a step become one kernel -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Fusion/KernelGroups.h"
#include "compiler/Support/Locations.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "llvm/ADT/PointerIntPair.h"
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
  auto copy = rt::CopyOp::create(b, write.getLoc(), write.getValue());
  write.getValueMutable().assign(copy);
  return copy;
}

//===----------------------------------------------------------------------===//
// Groups of one op
//===----------------------------------------------------------------------===//

/// False for ops whose kernels find duplicable operands in memory.
static bool looksThrough(Operation *op) {
  std::optional<FusionRole> role = fusionRole(op);
  return role != FusionRole::Matmul && role != FusionRole::Scatter && role != FusionRole::Generic;
}

/// True if a duplicable op must also exist in memory: someone needs it whole.
static bool mustExist(Operation *op) {
  return llvm::any_of(op->getUsers(),
                      [](Operation *user) { return !fusionRole(user) || isView(user) || !looksThrough(user); });
}

static KernelGroup singleGroup(Operation *op, FusionRole role) {
  KernelGroup g;
  g.ops.push_back(op);
  g.domain.assign(shapeOf(op->getResult(0)).begin(), shapeOf(op->getResult(0)).end());
  if (role == FusionRole::Elementwise || role == FusionRole::Duplicable) {
    g.kind = KernelKind::Elementwise;
  } else if (role == FusionRole::Matmul) {
    g.kind = KernelKind::Matmul;
  } else if (role == FusionRole::Scatter) {
    g.kind = KernelKind::Scatter;
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

/// What an op reads when it looks through duplicable ops.
struct ReadThrough {
  SmallVector<Value> values;       // that no duplicable op computes, in order
  SmallVector<Operation *> clones; // the duplicable ops between, each once
};

/// Depth first, so that values keep the order of operands.
static ReadThrough readThrough(Operation *op) {
  ReadThrough result;
  DenseSet<Operation *> seen;
  SmallVector<Value> stack(llvm::reverse(op->getOperands()));
  while (!stack.empty()) {
    Value v = stack.pop_back_val();
    Operation *def = v.getDefiningOp();
    if (!def || !isDuplicable(def)) {
      result.values.push_back(v);
    } else if (seen.insert(def).second) {
      result.clones.push_back(def);
      llvm::append_range(stack, llvm::reverse(def->getOperands()));
    }
  }
  return result;
}

/// The value that `v` is a view of, perhaps by several views; else `v`.
static Value viewSource(Value v) {
  while (Operation *def = v.getDefiningOp()) {
    if (!isView(def))
      break;
    v = def->getOperand(0);
  }
  return v;
}

//===----------------------------------------------------------------------===//
// The graph of groups
//===----------------------------------------------------------------------===//

SmallVector<Value> KernelGroups::readsOf(Operation *op) {
  return looksThrough(op) ? readThrough(op).values : SmallVector<Value>(op->getOperands());
}

std::optional<int> KernelGroups::groupProducing(Value v) const {
  auto it = groupOf.find(viewSource(v).getDefiningOp());
  return it == groupOf.end() ? std::nullopt : std::optional(it->second);
}

int KernelGroups::addGroup(Operation *op) {
  groupOf[op] = groups.size();
  groups.push_back(singleGroup(op, *fusionRole(op)));
  SmallVector<int> dependencies;
  for (Value v : readsOf(op))
    if (std::optional<int> from = groupProducing(v))
      dependencies.push_back(*from);
  return order.add(dependencies);
}

void KernelGroups::makeGroups() {
  for (Operation &op : entry.getBody().front()) {
    std::optional<FusionRole> role = fusionRole(&op);
    if (role && role != FusionRole::View && (role != FusionRole::Duplicable || mustExist(&op)))
      addGroup(&op);
  }
}

KernelGroups::Edges KernelGroups::edgesBetween(int x, int y) const {
  Edges edges;
  for (Operation *op : groups[y].ops)
    for (Value v : readsOf(op))
      if (groupProducing(v) == x) {
        edges.throughView |= viewSource(v) != v;
        edges.all.push_back({v, op});
      }
  return edges;
}

bool KernelGroups::usedOnlyIn(const KernelGroup &x, int y) const {
  auto inside = [&](const KernelGroup &group) { return &group == &x || &group == &groups[y]; };
  return llvm::none_of(x.ops, [&](Operation *op) { return usedOutside(op, inside); });
}

bool KernelGroups::escapes(Operation *op, const KernelGroup &group) const {
  return usedOutside(op, [&](const KernelGroup &other) { return &other == &group; });
}

bool KernelGroups::usedOutside(Operation *op, function_ref<bool(const KernelGroup &)> isInside) const {
  auto inside = [&](Operation *user) {
    auto it = groupOf.find(user);
    return it != groupOf.end() && isInside(groups[it->second]);
  };
  // Each user, and whether it is reached through duplicable ops: kernels clone
  // those and read what is behind them, also where they exist in memory as well.
  SmallVector<std::pair<Operation *, bool>> users;
  for (Operation *user : op->getUsers())
    users.emplace_back(user, false);
  DenseSet<llvm::PointerIntPair<Operation *, 1, bool>> seen;
  while (!users.empty()) {
    auto [user, through] = users.pop_back_val();
    if (!seen.insert({user, through}).second)
      continue;
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

/// The largest number of ops in one kernel. Beyond this a round trip through memory costs
/// little by comparison, and compiling takes long.
static constexpr int64_t kMaxOps = 128;
/// The same with a matmul: what follows it is in the code once for every register
/// of its tile.
static constexpr int64_t kMaxOpsWithMatmul = 24;

/// True if `op`, and the duplicable ops it reads through, broadcast `value`, which
/// has the reduced shape of `r`, only along the dimensions that `r` reduces.
static bool broadcastsAlong(Operation *op, Value value, const KernelGroup &r) {
  int64_t first = r.kind == KernelKind::Row ? 0 : r.split;
  SmallVector<Operation *> ops = readThrough(op).clones;
  ops.push_back(op);
  return llvm::all_of(ops, [&](Operation *op) {
    auto broadcast = dyn_cast<nn::BroadcastOp>(op);
    if (!broadcast || !llvm::is_contained(readThrough(op).values, value))
      return true;
    ArrayRef<int64_t> dims = broadcast.getDims();
    return llvm::equal(dims, llvm::seq<int64_t>(first, first + dims.size()));
  });
}

static bool isElementwise(const KernelGroup &g) { return g.kind == KernelKind::Elementwise; }

/// How many ops of arithmetic an op of one element is about worth.
static int64_t costOf(Operation *op) {
  return isa<nn::ErfOp, nn::ExpOp, nn::CosOp, nn::GeluOp, nn::LogOp, nn::PowOp, nn::RandomUniformOp, nn::SigmoidOp,
             nn::SiluOp, nn::SinOp, nn::TanhOp>(op)
             ? 16
             : 1;
}

/// The most arithmetic per element that is done again instead of storing the element: about as long as writing and
/// reading it takes, by estimate.
static constexpr int64_t kMaxRecomputed = 32;

/// True if computing the elementwise group `x` wherever the loops of `domain` read it costs less than storing it.
static bool isCheapToRecompute(const KernelGroup &x, ArrayRef<int64_t> domain) {
  int64_t cost = 0;
  for (Operation *op : x.ops)
    cost += costOf(op) + llvm::sum_of(llvm::map_range(readThrough(op).clones, costOf));
  return static_cast<double>(cost) * llvm::product_of(domain) <=
         static_cast<double>(kMaxRecomputed) * llvm::product_of(x.domain);
}

/// True if `op` reads `value` at other indices than its own.
static bool readsElsewhere(Operation *op, Value value) {
  SmallVector<Operation *> ops = readThrough(op).clones;
  ops.push_back(op);
  return llvm::any_of(ops, [&](Operation *op) {
    return isa<nn::AffineReadOp>(op) && llvm::is_contained(readThrough(op).values, value);
  });
}

/// True if all that `op` reads is results of the group `x` that others read, too, and
/// only a reduction reads what it computes. The reduction can then read the same bytes
/// and compute it, instead of reading what the group would have to write besides.
static bool belongsToReduction(Operation *op, ArrayRef<Value> reads, const KernelGroup &x) {
  auto othersRead = [&](Value v) {
    return llvm::any_of(v.getUsers(), [&](Operation *user) { return user != op && !llvm::is_contained(x.ops, user); });
  };
  return op->hasOneUse() && isa<nn::ReduceOp>(*op->user_begin()) &&
         llvm::all_of(reads, [&](Value v) { return llvm::is_contained(x.ops, v.getDefiningOp()) && othersRead(v); });
}

KernelGroups::MergeResult KernelGroups::mergedKind(int xi, int yi, const Edges &edges) const {
  const KernelGroup &x = groups[xi], &y = groups[yi];
  if (edges.throughView)
    return MergeResult::refuse("a reshape is between them");
  bool elsewhere = false;
  for (const Edge &e : edges.all) {
    if (!looksThrough(e.user))
      return MergeResult::refuse("it is needed whole in memory");
    elsewhere |= y.elsewhere.contains(e.user) || readsElsewhere(e.user, e.value);
  }
  bool hasMatmul = x.kind == KernelKind::Matmul || y.kind == KernelKind::Matmul;
  if (static_cast<int64_t>(x.ops.size() + y.ops.size()) > (hasMatmul ? kMaxOpsWithMatmul : kMaxOps))
    return MergeResult::refuse("the kernel is large enough");
  if (elsewhere) {
    if (!isElementwise(x) || hasMatmul || !usedOnlyIn(x, yi))
      return MergeResult::refuse("it is needed whole in memory");
    if (!isCheapToRecompute(x, y.domain))
      return MergeResult::refuse("its elements are read too often to compute them each time");
    return MergeResult::elsewhere(y.kind);
  }
  if (isElementwise(x) && isElementwise(y)) {
    if (x.domain == y.domain)
      return KernelKind::Elementwise;
    return MergeResult::refuse("shapes differ");
  }
  auto movesData = [](const KernelGroup &g) { return g.kind == KernelKind::Generic || g.kind == KernelKind::Scatter; };
  if (movesData(x) || movesData(y))
    return MergeResult::refuse("data movement is a kernel of its own");
  if (hasMatmul) {
    if (x.kind == KernelKind::Matmul && y.ops.size() == 1 && belongsToReduction(y.ops[0], readsOf(y.ops[0]), x))
      return MergeResult::refuse("its reduction can read the same");
    if ((isElementwise(x) || isElementwise(y)) && x.domain == y.domain)
      return KernelKind::Matmul;
    return MergeResult::refuse("only elementwise ops on its result join a matmul");
  }
  return mergedReduction(xi, yi, edges.all);
}

KernelGroups::MergeResult KernelGroups::mergedReduction(int xi, int yi, ArrayRef<Edge> edges) const {
  const KernelGroup &x = groups[xi], &y = groups[yi];
  const KernelGroup &r = isElementwise(x) ? y : x, &other = isElementwise(x) ? x : y;
  bool whole = other.domain == r.domain, reduced = ArrayRef<int64_t>(other.domain) == r.reducedShape();
  if (isElementwise(other) && !whole && !reduced)
    return MergeResult::refuse("shapes differ");
  if (!isElementwise(other) && (other.kind != r.kind || !whole || other.split != r.split))
    return MergeResult::refuse("it reduces other dimensions");
  // A value per row that is used for every element must be that row's.
  for (const Edge &e : edges)
    if (!broadcastsAlong(e.user, e.value, r))
      return MergeResult::refuse("its values are broadcast to other rows");
  if (r.kind == KernelKind::Row) {
    // One long row runs on one thread: it takes in only what nothing else needs.
    if (r.split == 0 && whole && !r.domain.empty() && !(&r == &y && usedOnlyIn(x, yi)))
      return MergeResult::refuse("the full reduction would serialize it");
    return KernelKind::Row;
  }
  // Columns: nothing of full shape may depend on a column's sum.
  for (const Edge &e : edges)
    if (&r == &x && shapeOf(e.value) == r.reducedShape() && !(isElementwise(y) && reduced))
      return MergeResult::refuse("it needs the sum of a whole column");
  return KernelKind::Column;
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
      int y = groupOf[&op];
      std::optional<int> x = groupProducing(v);
      if (!x || *x == y)
        continue;
      MergeResult result = mergedKind(*x, y, edgesBetween(*x, y));
      if (result.kind && order.reaches(*x, y, /*direct=*/false))
        result = MergeResult::refuse("another kernel must run between them");
      std::string other = describe(viewSource(v).getDefiningOp());
      LDBG() << (result.kind ? "merge " : "keep apart ") << op.getName() << " and " << other << " " << result.reason;
      if (result.kind)
        mergeInto(*x, y, result);
      groups[y].decisions.push_back(result.kind ? "fused with " + other + ": " +
                                                      (result.isElsewhere ? "computed where it is read" : "same loops")
                                                : "not fused with " + other + ": " + result.reason.str());
    }
  }
}

void KernelGroups::mergeInto(int x, int y, const MergeResult &result) {
  KernelGroup &a = groups[x], &b = groups[y];
  KernelKind kind = *result.kind;
  if (result.isElsewhere)
    a.elsewhere.insert(a.ops.begin(), a.ops.end());
  a.elsewhere.insert(b.elsewhere.begin(), b.elsewhere.end());
  KernelGroup merged = a.kind == kind && kind != KernelKind::Elementwise ? a : b;
  merged.kind = kind;
  merged.elsewhere = a.elsewhere;
  merged.ops = a.ops;
  llvm::append_range(merged.ops, b.ops);
  llvm::sort(merged.ops, [](Operation *lhs, Operation *rhs) { return lhs->isBeforeInBlock(rhs); });
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

/// True if `op` reads `v` only at the element that it, or what follows it in
/// `group`, writes: then the result may overwrite the operand.
static bool readsSameElement(Operation *op, Value v, Value written, const KernelGroup &group) {
  if (group.kind == KernelKind::Row || group.elsewhere.contains(op) || readsElsewhere(op, v) ||
      !isa<nn::ElementwiseOpInterface>(op))
    return false;
  if (group.kind == KernelKind::Column && shapeOf(written) != group.reducedShape())
    return false;
  return llvm::is_contained(op->getOperands(), v) && shapeOf(op->getResult(0)) == shapeOf(written) &&
         shapeOf(v) == shapeOf(written);
}

KernelGroups::Readers KernelGroups::readersOf(train::WriteOp write, ArrayRef<train::ReadOp> reads, int writer) const {
  Readers readers;
  // The values that have the variable's bytes or are computed from them on demand,
  // and the value as which readsOf names each.
  SmallVector<std::pair<Value, Value>> pending;
  for (train::ReadOp read : reads)
    pending.emplace_back(read, read);
  DenseSet<std::pair<Value, Value>> seen(pending.begin(), pending.end());
  auto add = [&](Value value, Value source) {
    if (seen.insert({value, source}).second)
      pending.emplace_back(value, source);
  };
  while (!pending.empty()) {
    auto [value, source] = pending.pop_back_val();
    for (Operation *user : value.getUsers()) {
      if (isView(user))
        add(user->getResult(0), user->getResult(0));
      else if (isDuplicable(user))
        add(user->getResult(0), source);
      auto it = groupOf.find(user);
      if (it == groupOf.end() || !llvm::is_contained(readsOf(user), source))
        continue;
      readers.groups.insert(it->second);
      if (it->second == writer)
        readers.writerNeedsOld |= !readsSameElement(user, source, write.getValue(), groups[writer]);
    }
  }
  return readers;
}

void KernelGroups::orderWrites() {
  DenseMap<Attribute, SmallVector<train::ReadOp, 1>> reads; // by variable
  for (auto read : entry.getOps<train::ReadOp>())
    reads[read.getVariableAttr()].push_back(read);
  for (auto write : llvm::make_early_inc_range(entry.getOps<train::WriteOp>())) {
    int writer = groupOf.at(write.getValue().getDefiningOp());
    Readers readers = readersOf(write, reads[write.getVariableAttr()], writer);
    bool needsCopy = readers.writerNeedsOld || llvm::any_of(readers.groups, [&](int reader) {
                       return reader != writer && order.reaches(writer, reader, /*direct=*/true);
                     });
    if (needsCopy) {
      writer = addGroup(copyBefore(write));
      groups[writer].decisions.push_back("a copy: " + write.getVariable().str() + " is still read elsewhere");
    }
    for (int reader : readers.groups)
      if (reader != writer)
        order.addEdge(reader, writer);
  }
}

//===- KernelEvaluator.cpp - Kernel values at a position, on demand -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelEvaluator.h"
#include "dialects/Support/LinearMaps.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;

VectorType KernelEvaluator::vectorOf(Type element, int64_t n) { return VectorType::get({n ? n : lanes}, element); }

Value KernelEvaluator::firstLanes(int64_t count) {
  SmallVector<bool> active(lanes, false);
  std::fill_n(active.begin(), count, true);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(vectorOf(b.getI1Type()), active));
}

Value KernelEvaluator::broadcast(Value v) {
  if (isa<VectorType>(v.getType()))
    return v;
  return vector::BroadcastOp::create(b, vectorOf(v.getType()), v);
}

/// True if lanes follow each other along the last dimension, as they do in memory.
static bool isContiguous(const Position &p) {
  return p.laneStrides.back() == 1 &&
         llvm::all_of(ArrayRef(p.laneStrides).drop_back(), [](int64_t s) { return s == 0; });
}

Value KernelEvaluator::load(Value buffer, const Position &p) {
  auto type = cast<MemRefType>(buffer.getType());
  Type element = type.getElementType();
  if (!p.isVector())
    return memref::LoadOp::create(b, buffer, p.index);
  VectorType vector = vectorOf(element);
  if (isContiguous(p)) {
    if (!mask)
      return vector::LoadOp::create(b, vector, buffer, p.index, /*nontemporal=*/false, alignmentOf(vector));
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(vector));
    return vector::MaskedLoadOp::create(b, vector, buffer, p.index, mask, zero);
  }
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(vector));
  return vector::GatherOp::create(b, vector, buffer, p.index, laneOffsets(type, p), maskOrAll(), zero);
}

llvm::MaybeAlign KernelEvaluator::alignmentOf(VectorType type) {
  return llvm::MaybeAlign(std::min(alignment, byteSize(type)));
}

Value KernelEvaluator::laneOffsets(MemRefType type, const Position &p) {
  int64_t distance = 0, size = 1;
  for (auto [stride, extent] : llvm::zip_equal(llvm::reverse(p.laneStrides), llvm::reverse(type.getShape()))) {
    distance += stride * size;
    size *= extent;
  }
  SmallVector<int64_t> offsets;
  for (int64_t i = 0; i < lanes; ++i)
    offsets.push_back(i * distance);
  // Gathers by 32 bits have as many lanes as vectors of f32.
  if (!llvm::all_of(offsets, llvm::isInt<32>))
    return arith::ConstantOp::create(b, b.getI64VectorAttr(offsets));
  return arith::ConstantOp::create(b, b.getI32VectorAttr(SmallVector<int32_t>(offsets.begin(), offsets.end())));
}

Value KernelEvaluator::maskOrAll() {
  if (mask)
    return mask;
  return arith::ConstantOp::create(b, DenseElementsAttr::get(vectorOf(b.getI1Type()), true));
}

void KernelEvaluator::store(Value value, Value buffer, const Position &p) {
  if (!p.isVector()) {
    memref::StoreOp::create(b, value, buffer, p.index);
    return;
  }
  value = broadcast(value);
  auto type = cast<MemRefType>(buffer.getType());
  if (!isContiguous(p))
    vector::ScatterOp::create(b, /*result=*/Type(), buffer, p.index, laneOffsets(type, p), maskOrAll(), value);
  else if (mask)
    vector::MaskedStoreOp::create(b, buffer, p.index, mask, value);
  else
    vector::StoreOp::create(b, value, buffer, p.index, /*nontemporal=*/false,
                            alignmentOf(cast<VectorType>(value.getType())));
}

void KernelEvaluator::storeAll(ValueRange tensors, ValueRange buffers, const Position &p) {
  SmallVector<Value> values;
  for (Value tensor : tensors)
    values.push_back(get(tensor, p));
  for (auto [value, buffer] : llvm::zip_equal(values, buffers))
    store(value, buffer, p);
}

Value KernelEvaluator::get(Value tensor, const Position &p) {
  if (Value v = fixed.lookup(tensor))
    return v;
  for (CacheEntry &e : cache)
    if (e.tensor == tensor && e.position.laneStrides == p.laneStrides && e.position.index == p.index)
      return e.value;
  Value v = compute(tensor, p);
  cache.push_back({tensor, p, v});
  return v;
}

Value KernelEvaluator::compute(Value tensor, const Position &p) {
  if (Value buffer = buffers.lookup(tensor)) {
    if (!p.index.empty())
      return load(buffer, p);
    // Scalars do not change while the kernel runs: load them once.
    Value &scalar = scalars[tensor];
    if (!scalar) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(entry);
      scalar = memref::LoadOp::create(b, buffer, ValueRange());
    }
    return scalar;
  }
  Operation *def = tensor.getDefiningOp();
  // Other constants than splats are arguments of the kernel.
  if (auto constant = dyn_cast<arith::ConstantOp>(def)) {
    auto splat = cast<SplatElementsAttr>(constant.getValue());
    return arith::ConstantOp::create(b, splat.getSplatValue<TypedAttr>());
  }
  if (auto affine = dyn_cast<nn::AffineReadOp>(def))
    return read(affine, p);
  auto op = cast<linalg::GenericOp>(def);
  SmallVector<Value> arguments;
  for (OpOperand *input : op.getDpsInputOperands())
    arguments.push_back(get(input->get(), mapped(op.getMatchingIndexingMap(input), p)));
  return body(op, arguments, p);
}

Position KernelEvaluator::mapped(AffineMap map, const Position &p) {
  if (p.index.size() == 1 && map.isIdentity()) // also a flat position, as elementwise kernels use
    return p;
  Position at;
  for (ArrayRef<int64_t> terms : linearTermsOf(map)) {
    Value index;
    int64_t laneStride = 0;
    auto addTerm = [&](Value term) { index = index ? Value(arith::AddIOp::create(b, index, term)) : term; };
    for (auto [d, factor] : llvm::enumerate(terms.drop_back())) {
      if (factor == 0)
        continue;
      Value term = p.index[d];
      if (factor != 1)
        term = arith::MulIOp::create(b, term, arith::ConstantIndexOp::create(b, factor));
      addTerm(term);
      laneStride += p.isVector() ? factor * p.laneStrides[d] : 0;
    }
    if (terms.back() != 0 || !index)
      addTerm(arith::ConstantIndexOp::create(b, terms.back()));
    at.index.push_back(index);
    at.laneStrides.push_back(laneStride);
  }
  if (llvm::all_of(at.laneStrides, [](int64_t s) { return s == 0; }))
    at.laneStrides.clear();
  return at;
}

Value KernelEvaluator::indexOfLanes(const Position &p, unsigned dim) {
  Value step = vector::StepOp::create(b, vectorOf(b.getIndexType()));
  if (int64_t stride = p.laneStrides[dim]; stride != 1)
    step = arith::MulIOp::create(b, step, broadcast(arith::ConstantIndexOp::create(b, stride)));
  return arith::AddIOp::create(b, broadcast(p.index[dim]), step);
}

/// Whether `v` is a multiple of `every` and, divided by it, one of `extent` indices; for each lane of a vector.
/// Without `mayLeave` only the former is in question. As an unsigned number a negative `v` is large.
static Value isInside(ImplicitLocOpBuilder &b, Value v, int64_t extent, int64_t every, bool mayLeave) {
  auto constant = [&](int64_t c) {
    return arith::ConstantOp::create(
        b, cast<TypedAttr>(isa<VectorType>(v.getType())
                               ? DenseElementsAttr::get(cast<VectorType>(v.getType()), b.getIndexAttr(c))
                               : Attribute(b.getIndexAttr(c))));
  };
  Value inside;
  if (mayLeave)
    inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, v, constant((extent - 1) * every + 1));
  if (every == 1)
    return inside;
  Value rest = arith::RemUIOp::create(b, v, constant(every));
  Value hits = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, rest, constant(0));
  return inside ? Value(arith::AndIOp::create(b, inside, hits)) : hits;
}

Value KernelEvaluator::read(nn::AffineReadOp op, const Position &p) {
  Position at = mapped(op.getMap(), p);
  if (!op.getFill())
    return get(op.getInput(), at);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value inside, lanesInside; // for all lanes, and for each
  auto both = [&](Value l, Value r) { return l ? Value(arith::AndIOp::create(b, l, r)) : r; };
  for (auto [d, range] : llvm::enumerate(op.getRanges())) {
    int64_t extent = shapeOf(op.getInput())[d], every = op.getEveryOf(d);
    bool mayLeave = range.first < 0 || range.second > (extent - 1) * every;
    if (!mayLeave && every == 1)
      continue;
    if (at.isVector() && at.laneStrides[d] != 0) {
      if (every != 1)
        return readByLane(op, p);
      lanesInside = both(lanesInside, isInside(b, indexOfLanes(at, d), extent, every, mayLeave));
      continue;
    }
    Value here = isInside(b, at.index[d], extent, every, mayLeave);
    if (every != 1)
      at.index[d] = arith::DivUIOp::create(b, at.index[d], arith::ConstantIndexOp::create(b, every));
    // Where nothing is read, index 0 is looked at instead: that needs no branch.
    at.index[d] = arith::SelectOp::create(b, here, at.index[d], zero);
    inside = both(inside, here);
  }
  Value outer = mask;
  size_t known = cache.size();
  if (lanesInside)
    mask = both(outer, lanesInside);
  Value v = get(op.getInput(), at);
  mask = outer;
  if (lanesInside) // what was read under a narrower mask is good for nothing else
    cache.truncate(known);
  Type element = getElementTypeOrSelf(v.getType());
  double fill = op.getFill()->convertToDouble();
  Value rest = arith::ConstantOp::create(b, isa<FloatType>(element)
                                                ? TypedAttr(b.getFloatAttr(element, fill))
                                                : TypedAttr(b.getIntegerAttr(element, static_cast<int64_t>(fill))));
  if (lanesInside)
    v = arith::SelectOp::create(b, lanesInside, broadcast(v), broadcast(rest));
  if (inside)
    v = arith::SelectOp::create(b, inside, v, isa<VectorType>(v.getType()) ? broadcast(rest) : rest);
  return v;
}

Value KernelEvaluator::readByLane(nn::AffineReadOp op, const Position &p) {
  ArrayRef<int64_t> shape = shapeOf(op.getResult());
  Value outer = mask;
  mask = {};
  SmallVector<Value> values;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Position at = Position::scalar(p.index);
    for (auto [d, stride] : llvm::enumerate(p.laneStrides)) {
      if (stride == 0)
        continue;
      // Inactive lanes may lie beyond the tensor.
      Value index = arith::AddIOp::create(b, at.index[d], arith::ConstantIndexOp::create(b, lane * stride));
      at.index[d] = arith::MinSIOp::create(b, index, arith::ConstantIndexOp::create(b, shape[d] - 1));
    }
    values.push_back(read(op, at));
  }
  mask = outer;
  return vector::FromElementsOp::create(b, vectorOf(getElementTypeOrSelf(op.getType())), values);
}

Value KernelEvaluator::body(linalg::GenericOp op, ValueRange arguments, const Position &p) {
  Block &block = op.getRegion().front();
  IRMapping map;
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    map.map(argument, value);
  for (Operation &inner : block.without_terminator()) {
    if (auto at = dyn_cast<linalg::IndexOp>(inner)) {
      bool differs = p.isVector() && p.laneStrides[at.getDim()] != 0;
      map.map(at.getResult(), differs ? indexOfLanes(p, at.getDim()) : p.index[at.getDim()]);
      continue;
    }
    int64_t width = 0;
    for (Value v : inner.getOperands())
      if (auto vector = dyn_cast<VectorType>(map.lookupOrDefault(v).getType()))
        width = vector.getNumElements();
    IRMapping operands;
    for (Value v : inner.getOperands()) {
      Value mapped = map.lookupOrDefault(v);
      if (width && !isa<VectorType>(mapped.getType()))
        mapped = vector::BroadcastOp::create(b, vectorOf(mapped.getType(), width), mapped);
      operands.map(v, mapped);
    }
    Operation *clone = b.clone(inner, operands);
    for (auto [from, to] : llvm::zip(inner.getResults(), clone->getResults())) {
      if (width)
        to.setType(vectorOf(from.getType(), width));
      map.map(from, to);
    }
  }
  return map.lookupOrDefault(block.getTerminator()->getOperand(0));
}

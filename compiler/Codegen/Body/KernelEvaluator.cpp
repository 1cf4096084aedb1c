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

Value KernelEvaluator::body(linalg::GenericOp op, ValueRange arguments, const Position &p) {
  Block &block = op.getRegion().front();
  IRMapping map;
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    map.map(argument, value);
  for (Operation &inner : block.without_terminator()) {
    if (auto at = dyn_cast<linalg::IndexOp>(inner)) {
      Value v = p.index[at.getDim()];
      if (int64_t stride = p.isVector() ? p.laneStrides[at.getDim()] : 0) {
        Value step = vector::StepOp::create(b, vectorOf(b.getIndexType()));
        if (stride != 1)
          step = arith::MulIOp::create(b, step, broadcast(arith::ConstantIndexOp::create(b, stride)));
        v = arith::AddIOp::create(b, broadcast(v), step);
      }
      map.map(at.getResult(), v);
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

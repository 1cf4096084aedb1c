//===- GPUEmitGeneric.cpp - Kernels that go through bufferization ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each linalg op of the kernel becomes loops; threads share the outermost
// parallel ones. Kernels of several ops use the whole grid if each thread reads
// of earlier results only what it wrote itself, as in argmax; else one block,
// with barriers between the ops.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/Body/BufferizeKernel.h"
#include "compiler/Codegen/GPU/GPUEmit.h"
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;

/// Threads of a block.
static constexpr int64_t kThreads = 256;

/// The extents of a loop nest made from static shapes: from 0, by 1.
static SmallVector<int64_t> extentsOf(scf::ParallelOp loops) {
  SmallVector<int64_t> extents;
  for (Value bound : loops.getUpperBound())
    extents.push_back(*getConstantIntValue(bound));
  return extents;
}

/// Replaces `loops` by their body for `indices`, at the insertion point of `b`.
static void inlineAt(ImplicitLocOpBuilder &b, scf::ParallelOp loops, ValueRange indices) {
  Block *body = loops.getBody();
  for (auto [argument, index] : llvm::zip_equal(body->getArguments(), indices))
    argument.replaceAllUsesWith(index);
  body->getTerminator()->erase();
  b.getInsertionBlock()->getOperations().splice(b.getInsertionPoint(), body->getOperations());
  loops.erase();
}

/// Makes parallel loops that a thread runs alone one sequential loop.
static void makeSequential(GPUKernel &k, scf::ParallelOp loops) {
  OpBuilder::InsertionGuard guard(k.b);
  k.b.setInsertionPoint(loops);
  SmallVector<int64_t> extents = extentsOf(loops);
  k.loop(k.index(0), k.index(llvm::product_of(extents)), k.index(1),
         [&](Value i) { inlineAt(k.b, loops, k.delinearize(i, extents)); });
}

/// The op of the function's body that contains `op`.
static Operation *outermost(Operation *op, mlir::gpu::GPUFuncOp function) {
  while (op->getParentOp() != function)
    op = op->getParentOp();
  return op;
}

/// Interchanges the loops of an op so that reductions are innermost. Returns
/// the op that replaces it, or `op`.
static linalg::LinalgOp moveReductionsInside(RewriterBase &rewriter, linalg::LinalgOp op) {
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic)
    return op;
  SmallVector<unsigned> order;
  for (utils::IteratorType type : {utils::IteratorType::parallel, utils::IteratorType::reduction})
    for (auto [i, own] : llvm::enumerate(generic.getIteratorTypesArray()))
      if (own == type)
        order.push_back(i);
  if (llvm::is_sorted(order))
    return op;
  rewriter.setInsertionPoint(generic);
  FailureOr<linalg::GenericOp> interchanged = linalg::interchangeGenericOp(rewriter, generic, order);
  return succeeded(interchanged) ? cast<linalg::LinalgOp>(interchanged->getOperation()) : op;
}

/// The buffer that `v` is a view of, or `v`. Views of scratch memory are
/// buffers of their own.
static Value bufferOf(Value v) {
  while (auto view = v.getDefiningOp<ViewLikeOpInterface>()) {
    if (isa<memref::ViewOp>(view))
      break;
    v = view.getViewSource();
  }
  return v;
}

/// True if a thread that runs the same iteration of the parallel loops of each
/// op reads nothing that another thread writes.
static bool areIndependentPerThread(ArrayRef<linalg::LinalgOp> ops) {
  auto parallelSizes = [](linalg::LinalgOp op) {
    return SmallVector<int64_t>(ArrayRef(op.getStaticLoopRanges()).take_front(op.getNumParallelLoops()));
  };
  DenseSet<Value> written;
  for (linalg::LinalgOp op : ops) {
    if (op.getNumParallelLoops() == 0 || parallelSizes(op) != parallelSizes(ops[0]))
      return false;
    auto own =
        AffineMap::getMultiDimIdentityMap(op.getNumLoops(), op.getContext()).getMajorSubMap(op.getNumParallelLoops());
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isa<MemRefType>(operand.get().getType()))
        continue;
      Value buffer = bufferOf(operand.get());
      bool owns = buffer == operand.get() && op.getMatchingIndexingMap(&operand) == own;
      if (!owns && (op.isDpsInit(&operand) || written.contains(buffer)))
        return false;
    }
    bool reads = false;
    op->walk([&](memref::LoadOp load) { reads |= written.contains(bufferOf(load.getMemRef())); });
    if (reads)
      return false;
    for (Value init : op.getDpsInits())
      written.insert(bufferOf(init));
  }
  return true;
}

/// Runs the loops of `op` on the threads from `self` on, which is the number of
/// this thread in the grid or in its only block. Returns how many threads have
/// work. Fails, with an error, if the op has no loops.
static FailureOr<int64_t> emitOp(GPUKernel &k, IRRewriter &rewriter, linalg::LinalgOp op, bool wholeGrid) {
  // What has no loop is for one thread.
  if (op.getNumLoops() == 0) {
    k.b.setInsertionPoint(op);
    k.when(k.equal(k.thread(), 0), [&] { op->moveBefore(k.b.getInsertionBlock(), k.b.getInsertionPoint()); });
  }
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::LinalgLoops> loops = linalg::linalgOpToParallelLoops(rewriter, op);
  if (failed(loops))
    return op->emitError("has no loops");
  k.b.setInsertionPoint(op);
  Value self = wholeGrid ? k.add(k.mul(k.block(), kThreads), k.thread()) : k.thread();
  if (loops->empty())
    return 1;
  auto parallel = dyn_cast<scf::ParallelOp>(loops->front());
  if (!parallel) {
    Operation *loop = loops->front();
    k.when(k.equal(self, 0), [&] { loop->moveBefore(k.b.getInsertionBlock(), k.b.getInsertionPoint()); });
    return 1;
  }
  SmallVector<scf::ParallelOp> nested;
  parallel.getBody()->walk([&](scf::ParallelOp p) { nested.push_back(p); });
  for (scf::ParallelOp p : nested)
    makeSequential(k, p);
  SmallVector<int64_t> extents = extentsOf(parallel);
  int64_t count = llvm::product_of(extents);
  if (wholeGrid)
    k.when(k.less(self, count), [&] { inlineAt(k.b, parallel, k.delinearize(self, extents)); });
  else
    k.loop(self, k.index(count), k.index(kThreads),
           [&](Value i) { inlineAt(k.b, parallel, k.delinearize(i, extents)); });
  return count;
}

LogicalResult gradus::gpu::emitGeneric(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target) {
  GPUKernel k(kernel, module, target);
  Value scratch = k.function.getArguments().back();
  FailureOr<BufferizedKernel> body =
      bufferizeKernel(kernel, cast<FunctionOpInterface>(k.function.getOperation()), k.b, scratch);
  if (failed(body))
    return failure();
  auto scratchType = MemRefType::get({body->scratchBytes}, k.b.getI8Type());
  scratch.setType(scratchType);
  SmallVector<Type> types(k.function.getArgumentTypes());
  types.back() = scratchType;
  k.function.setFunctionType(k.b.getFunctionType(types, {}));

  IRRewriter rewriter(kernel.getContext());
  for (linalg::LinalgOp &op : body->ops)
    op = moveReductionsInside(rewriter, op);
  bool wholeGrid = body->ops.size() <= 1 || areIndependentPerThread(body->ops);
  int64_t threads = 1;
  for (auto [i, op] : llvm::enumerate(body->ops)) {
    FailureOr<int64_t> count = emitOp(k, rewriter, op, wholeGrid);
    if (failed(count))
      return failure();
    if (wholeGrid) {
      threads = *count;
    } else if (i + 1 < body->ops.size()) {
      k.b.setInsertionPointAfter(outermost(op, k.function));
      mlir::gpu::BarrierOp::create(k.b);
    }
    rewriter.eraseOp(op);
  }
  k.setLaunch(llvm::divideCeil(threads, kThreads), kThreads);
  return success();
}

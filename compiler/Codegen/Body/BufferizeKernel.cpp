//===- BufferizeKernel.cpp - Kernels that go through bufferization --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/BufferizeKernel.h"
#include "dialects/Support/TensorUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;

FailureOr<BufferizedKernel> gradus::bufferizeKernel(rt::KernelOp kernel, FunctionOpInterface function,
                                                    ImplicitLocOpBuilder &b, Value scratch) {
  IRMapping map;
  for (auto [i, argument] : llvm::enumerate(kernel.getBody().getArguments()))
    map.map(Value(argument), Value(bufferization::ToTensorOp::create(b, argument.getType(), function.getArgument(i),
                                                                     /*restrict=*/true)));
  for (Operation &op : kernel.getBody().front().without_terminator())
    b.clone(op, map);
  for (auto [i, v] : llvm::enumerate(kernel.getBody().front().getTerminator()->getOperands()))
    bufferization::MaterializeInDestinationOp::create(b, TypeRange(), map.lookup(v),
                                                      function.getArgument(kernel.getNumArguments() + i),
                                                      /*restrict=*/true, /*writable=*/true);
  // Results are computed where they belong.
  IRRewriter rewriter(kernel.getContext());
  if (failed(bufferization::eliminateEmptyTensors(rewriter, function)))
    return kernel.emitError("kernel could not be bufferized");
  bufferization::OneShotBufferizationOptions options;
  options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
  bufferization::BufferizationState state;
  if (failed(bufferization::runOneShotBufferize(function, options, state)))
    return kernel.emitError("kernel could not be bufferized");

  BufferizedKernel result;
  SmallVector<memref::AllocOp> allocs;
  function.walk([&](memref::AllocOp op) { allocs.push_back(op); });
  for (memref::AllocOp op : allocs) {
    OpBuilder at(op);
    Value offset = arith::ConstantIndexOp::create(at, op.getLoc(), result.scratchBytes);
    auto plain = MemRefType::get(op.getType().getShape(), op.getType().getElementType());
    Value view = memref::ViewOp::create(at, op.getLoc(), plain, scratch, offset, ValueRange());
    result.scratchBytes += llvm::alignTo(byteSize(plain), 64); // a cache line
    op.replaceAllUsesWith(view);
    op.erase();
  }
  SmallVector<memref::CopyOp> copies;
  function.walk([&](memref::CopyOp op) { copies.push_back(op); });
  for (memref::CopyOp op : copies) {
    OpBuilder at(op);
    if (op.getSource() != op.getTarget())
      linalg::makeMemRefCopyOp(at, op.getLoc(), op.getSource(), op.getTarget());
    op.erase();
  }
  function.walk([&](linalg::LinalgOp op) { result.ops.push_back(op); });
  return result;
}

//===- KernelEmitter.h - What emitters of both targets share --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_BODY_KERNELEMITTER_H
#define GRADUS_COMPILER_CODEGEN_BODY_KERNELEMITTER_H

#include "compiler/Codegen/Body/KernelEvaluator.h"
#include "compiler/Codegen/Body/LoopBuilder.h"
#include "dialects/rt/IR/RTDialect.h"

namespace gradus {

/// A kernel and the function that it becomes. The function's first arguments are
/// the buffers of the kernel's arguments, then those of its results; a target
/// adds what it needs.
struct KernelEmitter : LoopBuilder {
  /// Stays as it is; whoever emits it erases it.
  rt::KernelOp kernel;

  /// The target makes the function, then sets `entryBlock`.
  explicit KernelEmitter(rt::KernelOp kernel) : LoopBuilder(kernel.getLoc()), kernel(kernel) {}

  /// The first block of the function.
  mlir::Block *entry() { return entryBlock; }
  /// The memref of argument `i`.
  mlir::Value argumentBuffer(unsigned i) { return entryBlock->getArgument(i); }
  /// The memref that holds `tensor`, an argument of the kernel.
  mlir::Value bufferOf(mlir::Value tensor) {
    return argumentBuffer(mlir::cast<mlir::BlockArgument>(tensor).getArgNumber());
  }
  /// The memref of result `i`.
  mlir::Value resultBuffer(unsigned i) { return entryBlock->getArgument(kernel.getNumArguments() + i); }
  /// The memrefs of all results.
  llvm::SmallVector<mlir::Value> resultBuffers() {
    auto first = entryBlock->getArguments().begin() + kernel.getNumArguments();
    return llvm::SmallVector<mlir::Value>(first, first + kernel.getNumResults());
  }
  /// The tensors that the kernel returns, one per result.
  mlir::ValueRange yields() { return kernel.getBody().front().getTerminator()->getOperands(); }
  /// Tells `evaluator` the buffers of all arguments.
  void bindArguments(KernelEvaluator &evaluator) {
    for (auto [i, argument] : llvm::enumerate(kernel.getBody().getArguments()))
      evaluator.bind(argument, argumentBuffer(i));
  }

protected:
  mlir::Block *entryBlock = nullptr;
};

} // namespace gradus

#endif

//===- GPUKernel.h - A kernel that becomes a gpu.func ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_GPUKERNEL_H
#define GRADUS_COMPILER_CODEGEN_GPU_GPUKERNEL_H

#include "compiler/Codegen/Body/KernelEvaluator.h"
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/Body/LoopBuilder.h"
#include "compiler/Codegen/GPU/GPUTarget.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

// The namespace is called as the folder and the passes are; mlir::gpu is
// written in full wherever it is used.
namespace gradus::gpu {

/// Name of the LLVM::LoopAnnotationAttr that scf.for and cf.br carry.
constexpr llvm::StringLiteral kLoopAnnotationAttr = "llvm.loop_annotation";

/// A symbol for the kernel `name` that nothing in `module` has yet: `name` with
/// `k_` before it, and without what PTX does not allow in names.
std::string kernelSymbol(llvm::StringRef name, mlir::gpu::GPUModuleOp module);

/// Base of the emitters: the gpu.func that a kernel becomes.
///
/// Its arguments are the buffers of the kernel's arguments, of its results, and
/// scratch memory, which is of no size unless the emitter gives it one. Blocks
/// and threads are one-dimensional. As on the CPU, no two blocks write the same
/// element and none combines values of another, so that results do not depend
/// on the order in which blocks run.
struct GPUKernel : LoopBuilder {
  rt::KernelOp kernel;
  mlir::gpu::GPUFuncOp function;
  GPUTarget target;

  /// Creates the function at the end of `module`, with the kernel's discardable
  /// attributes, and sets the insertion point to its body. With `flat`, buffers
  /// of full shape are one-dimensional. The kernel stays as it is.
  GPUKernel(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target, bool flat = false);

  /// The block of the function's body.
  mlir::Block *entry() { return &function.getBody().front(); }
  /// The buffer of the kernel's argument `i`.
  mlir::Value argumentBuffer(unsigned i) { return function.getArgument(i); }
  /// The buffer of the kernel's result `i`.
  mlir::Value resultBuffer(unsigned i) { return function.getArgument(kernel.getNumArguments() + i); }
  /// The buffers of all results.
  llvm::SmallVector<mlir::Value> resultBuffers();
  /// The kernel's results, as values of its body.
  mlir::ValueRange yields() { return kernel.getBody().front().getTerminator()->getOperands(); }
  /// Binds each argument of the kernel to its buffer.
  void bindArguments(KernelEvaluator &evaluator);

  /// Records that `blocks` blocks of `threads` threads compute the kernel, on
  /// the function and for ptxas. To be called once.
  void setLaunch(int64_t blocks, int64_t threads);
  /// A new buffer in memory shared by the threads of a block, aligned to 16
  /// bytes.
  mlir::Value shared(llvm::ArrayRef<int64_t> shape, mlir::Type element);

  /// The number of the thread in its block.
  mlir::Value thread() { return mlir::gpu::ThreadIdOp::create(b, mlir::gpu::Dimension::x); }
  /// The number of the block.
  mlir::Value block() { return mlir::gpu::BlockIdOp::create(b, mlir::gpu::Dimension::x); }
};

/// Keeps ptxas from unrolling the scf.for that produced `results` (at least
/// one): for loops whose body is large enough, and would be unrolled until
/// registers run out.
void keepRolled(mlir::ValueRange results);

} // namespace gradus::gpu

#endif

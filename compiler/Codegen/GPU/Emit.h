//===- Emit.h - GPU code for each kind of kernel --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_GPU_EMIT_H
#define GRADUS_COMPILER_CODEGEN_GPU_EMIT_H

#include "compiler/Codegen/Body/KernelEvaluator.h"
#include "compiler/Codegen/Body/KernelShape.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace gradus::cuda {

/// Threads that exchange values without a barrier.
constexpr int64_t kWarp = 32;

/// On a loop: an LLVM::LoopAnnotationAttr.
constexpr llvm::StringLiteral kLoopAnnotationAttr = "llvm.loop_annotation";

/// A symbol of `module` for a kernel of that name, unused so far.
std::string kernelSymbol(llvm::StringRef name, mlir::gpu::GPUModuleOp module);

/// A kernel on its way to being a gpu.func.
///
/// The function takes the buffers of the kernel's arguments and results, then
/// scratch memory. Blocks and threads are one-dimensional. As on the CPU, no two
/// blocks write the same element and none combines values of another, so that
/// results do not depend on the order in which blocks run.
struct GPUKernel {
  rt::KernelOp kernel;
  mlir::gpu::GPUFuncOp function;
  mlir::ImplicitLocOpBuilder b;

  /// Creates the function in `module`. With `flat`, buffers of full shape are
  /// one-dimensional.
  GPUKernel(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, bool flat = false);

  mlir::Block *entry() { return &function.getBody().front(); }
  mlir::Value argumentBuffer(unsigned i) { return function.getArgument(i); }
  mlir::Value resultBuffer(unsigned i) { return function.getArgument(kernel.getNumArguments() + i); }
  llvm::SmallVector<mlir::Value> resultBuffers();
  mlir::ValueRange yields() { return kernel.getBody().front().getTerminator()->getOperands(); }
  void bindArguments(KernelEvaluator &evaluator);

  /// Says how many blocks of how many threads compute the kernel.
  void setLaunch(int64_t blocks, int64_t threads);
  /// Memory shared by the threads of a block.
  mlir::Value shared(llvm::ArrayRef<int64_t> shape, mlir::Type element);

  mlir::Value index(int64_t v) { return mlir::arith::ConstantIndexOp::create(b, v); }
  mlir::Value thread() { return mlir::gpu::ThreadIdOp::create(b, mlir::gpu::Dimension::x); }
  mlir::Value block() { return mlir::gpu::BlockIdOp::create(b, mlir::gpu::Dimension::x); }
  mlir::Value add(mlir::Value l, mlir::Value r) { return mlir::arith::AddIOp::create(b, l, r); }
  mlir::Value add(mlir::Value l, int64_t r) { return r ? add(l, index(r)) : l; }
  mlir::Value mul(mlir::Value l, int64_t r) {
    return r == 1 ? l : mlir::Value(mlir::arith::MulIOp::create(b, l, index(r)));
  }
  mlir::Value div(mlir::Value l, int64_t r) {
    return r == 1 ? l : mlir::Value(mlir::arith::DivUIOp::create(b, l, index(r)));
  }
  mlir::Value rem(mlir::Value l, int64_t r) {
    return r == 1 ? index(0) : mlir::Value(mlir::arith::RemUIOp::create(b, l, index(r)));
  }
  mlir::Value less(mlir::Value l, int64_t r) {
    return mlir::arith::CmpIOp::create(b, mlir::arith::CmpIPredicate::ult, l, index(r));
  }
  mlir::Value smaller(mlir::Value l, int64_t r) { return mlir::arith::MinUIOp::create(b, l, index(r)); }
  /// The indices of element `linear` of a tensor of shape `sizes`.
  llvm::SmallVector<mlir::Value> delinearize(mlir::Value linear, llvm::ArrayRef<int64_t> sizes);

  /// Code under a condition; a null condition always holds.
  void when(mlir::Value condition, llvm::function_ref<void()> body);
  void loop(mlir::Value lo, mlir::Value hi, mlir::Value step, llvm::function_ref<void(mlir::Value)> body);
  llvm::SmallVector<mlir::Value>
  loop(mlir::Value lo, mlir::Value hi, mlir::Value step, mlir::ValueRange init,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);
};

/// Keeps the loop that produced `results` as it is: its body is large enough, and
/// ptxas would unroll it until registers run out.
void keepRolled(mlir::ValueRange results);

/// A thread computes four consecutive elements, or one where indices matter.
void emitElementwise(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module);
/// A warp, or a block, computes a row; short enough rows stay in registers.
void emitRow(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module);
/// A block sums 32 columns, or 8 long ones.
void emitColumn(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module);
/// Products, tile by tile through shared memory: see EmitMatmul.cpp.
/// With `async`, copies run ahead.
void emitMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, bool async);
/// Whether a product may be computed by tensor cores: it reads bf16, or f32 that
/// may be rounded to tf32.
bool fitsTensorCores(rt::KernelOp kernel);
/// Products on tensor cores: see EmitTensorCoreMatmul.cpp.
void emitTensorCoreMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module);
/// Everything else, by upstream's bufferization; threads share each op's
/// parallel loops.
llvm::LogicalResult emitGeneric(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module);

} // namespace gradus::cuda

#endif

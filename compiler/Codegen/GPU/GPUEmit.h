//===- GPUEmit.h - GPU code for each kind of kernel -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each function adds a gpu.func (see GPUKernel.h) to `module`, at its end, that
// computes `kernel`, and leaves the kernel for the caller to erase. Kernels are
// of the kind that the function is named after, as rt-form-kernels makes them,
// and compute with linalg on tensors of static shape (convert-nn-to-linalg).
// The code runs on `target`.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_CODEGEN_GPU_GPUEMIT_H
#define GRADUS_COMPILER_CODEGEN_GPU_GPUEMIT_H

#include "compiler/Codegen/GPU/GPUTarget.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace gradus::gpu {

/// Elementwise kernels: all results have one shape, and there is no reduction.
/// A thread computes four consecutive elements with accesses of 16 bytes where
/// the body is the same for all elements (isFlat), else one. Buffers have to be
/// aligned to 16 bytes, as slots are.
void emitElementwise(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target);

/// Row kernels: reductions over the last dimensions, all over the same ones,
/// and elementwise ops on their operands and results. A warp or a block
/// computes a row; what a thread reads of a short row stays in registers.
void emitRow(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target);

/// Column kernels: reductions over the first dimensions, all over the same
/// ones, none of which reads the result of another, and elementwise ops on
/// their operands and results. A block computes 32 columns, or 8 long ones.
void emitColumn(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target);

/// Matmul kernels of any shape, on the CUDA cores (SIMT): operands of f32, of
/// f64, or of bf16, which is extended to f32. Operands are arguments of the
/// kernel. They are copied by cp.async where the target has it.
void emitSimtMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target);

/// True if a matmul kernel may run on tensor cores: its operands are of bf16,
/// or of f32 and its precision is tf32.
bool fitsTensorCores(rt::KernelOp kernel);

/// Matmul kernels of any shape that fit tensor cores, on those, which the
/// target has to have.
void emitTensorCoreMatmul(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target);

/// All other kernels, by upstream's bufferization and loops; threads share the
/// parallel loops of each op. Temporaries go to the function's scratch memory.
/// Fails, with an error at the kernel or op, if it cannot be bufferized or has
/// no loops.
llvm::LogicalResult emitGeneric(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target);

} // namespace gradus::gpu

#endif

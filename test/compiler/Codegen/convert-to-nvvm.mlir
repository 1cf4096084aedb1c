// RUN: gradus-opt %s --pass-pipeline='builtin.module(gpu.module(gpu-convert-to-nvvm))' | FileCheck %s
// Functions of the GPU become intrinsics; what math is left has instructions, and
// nothing calls a library.

// CHECK-NOT: __nv_
// CHECK: llvm.mlir.global internal @__wg_k_f_0() {addr_space = 3 : i32} : !llvm.array<64 x f32>
// CHECK-LABEL: llvm.func @k_f
//  CHECK-SAME: !llvm.ptr
//  CHECK-SAME: nvvm.kernel
//       CHECK: llvm.mlir.constant(dense<[0, 1, 2, 3]>
//       CHECK: nvvm.read.ptx.sreg.tid.x
//       CHECK: nvvm.barrier
//       CHECK: nvvm.shfl.sync bfly
//       CHECK: llvm.intr.sqrt
//       CHECK: llvm.intr.fma
gpu.module @kernels {
  gpu.func @k_f(%x: memref<64xf32>, %i: memref<4xindex>) workgroup(%s: memref<64xf32, #gpu.address_space<workgroup>>) kernel {
    %one = arith.constant 1 : i32
    %width = arith.constant 32 : i32
    %c0 = arith.constant 0 : index
    %t = gpu.thread_id x
    %v = memref.load %x[%t] : memref<64xf32>
    memref.store %v, %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
    gpu.barrier
    %w, %ok = gpu.shuffle xor %v, %one, %width : f32
    %r = math.sqrt %w : f32
    %f = math.fma %r, %w, %v : f32
    memref.store %f, %x[%t] : memref<64xf32>
    %lanes = vector.step : vector<4xindex>
    vector.store %lanes, %i[%c0] : memref<4xindex>, vector<4xindex>
    gpu.return
  }
}

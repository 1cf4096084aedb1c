// RUN: gradus-opt %s --pass-pipeline='builtin.module(gpu.module(gpu-convert-to-nvvm))' | FileCheck %s
// Ops of the gpu and math dialects become intrinsics; no library is called.

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

  // Tensor cores: upstream's patterns, and ours for bf16, in words of two.
  // CHECK-LABEL: llvm.func @k_mma
  //       CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg
  //       CHECK: nvvm.cp.async.commit.group
  //       CHECK: nvvm.cp.async.wait.group 1
  //       CHECK: nvvm.ldmatrix
  //       CHECK: nvvm.mma.sync A[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}] B[%{{.*}}, %{{.*}}] C[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}]
  //  CHECK-SAME: multiplicandAPtxType = #nvvm.mma_type<bf16>
  //  CHECK-SAME: shape = #nvvm.shape<m = 16, n = 8, k = 16>
  //  CHECK-SAME: (i32, i32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
  gpu.func @k_mma(%x: memref<64x64xbf16>, %y: memref<4xf32>) workgroup(%s: memref<64x72xbf16, #gpu.address_space<workgroup>>) kernel {
    %c0 = arith.constant 0 : index
    %t = gpu.thread_id x
    %copy = nvgpu.device_async_copy %x[%t, %c0], %s[%t, %c0], 8 {bypassL1} : memref<64x64xbf16> to memref<64x72xbf16, #gpu.address_space<workgroup>>
    %group = nvgpu.device_async_create_group %copy
    nvgpu.device_async_wait %group {numGroups = 1 : i32}
    %a = nvgpu.ldmatrix %s[%t, %c0] {numTiles = 4 : i32, transpose = false} : memref<64x72xbf16, #gpu.address_space<workgroup>> -> vector<4x2xbf16>
    %b = vector.shuffle %a, %a [0, 1] : vector<4x2xbf16>, vector<4x2xbf16>
    %c = arith.constant dense<0.0> : vector<2x2xf32>
    %d = nvgpu.mma.sync (%a, %b, %c) {mmaShape = [16, 8, 16]} : (vector<4x2xbf16>, vector<2x2xbf16>, vector<2x2xf32>) -> vector<2x2xf32>
    %row = vector.extract %d[0] : vector<2xf32> from vector<2x2xf32>
    vector.store %row, %y[%c0] : memref<4xf32>, vector<2xf32>
    gpu.return
  }

  // A loop's annotation becomes its branch's.
  // CHECK-LABEL: llvm.func @k_loop
  //       CHECK: llvm.br ^bb1({{.*}}) {loop_annotation = #
  gpu.func @k_loop(%x: memref<64xf32>) kernel {
    %c0 = arith.constant 0 : index
    cf.br ^bb1(%c0 : index)
  ^bb1(%i: index):
    %c1 = arith.constant 1 : index
    %c64 = arith.constant 64 : index
    %more = arith.cmpi ult, %i, %c64 : index
    cf.cond_br %more, ^bb2, ^bb3
  ^bb2:
    %v = memref.load %x[%i] : memref<64xf32>
    memref.store %v, %x[%c0] : memref<64xf32>
    %next = arith.addi %i, %c1 : index
    cf.br ^bb1(%next : index) {llvm.loop_annotation = #llvm.loop_annotation<unroll = <disable = true>>}
  ^bb3:
    gpu.return
  }
}

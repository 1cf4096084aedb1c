// RUN: gradus-opt %s --gradus-linalg-pipeline --gpu-lower-kernels -canonicalize -cse | FileCheck %s
// RUN: gradus-opt %s --gradus-linalg-pipeline --gpu-lower-kernels=chip=sm_75 | FileCheck %s --check-prefix=CORES
// Matmuls on tensor cores.

// CORES-NOT: nvgpu
// CORES: arith.extf %{{.*}} : vector<4xbf16> to vector<4xf32>

// Multistage buffers of four stages; three are filled before the loop, by copies of
// 16 bytes. k is contiguous in the lhs and not in the rhs, and both stay so.
// CHECK-LABEL: gpu.func @k_narrow
//  CHECK-SAME: (%[[A:[a-z0-9]+]]: memref<64x160xbf16>, %[[B:[a-z0-9]+]]: memref<160x64xbf16>, %[[C:[a-z0-9]+]]: memref<64xf32>, %[[Y:[a-z0-9]+]]: memref<64x64xf32>
//  CHECK-SAME: workgroup(%[[L:[a-z0-9]+]] : memref<4x64x40xbf16, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %[[R:[a-z0-9]+]] : memref<4x32x72xbf16, #gpu.address_space<workgroup>>
//  CHECK-SAME: rt.config = #rt.gpu_launch<blocks = 1, threads = 128>
//  CHECK-SAME: rt.precision = #rt.precision<bf16>
// CHECK-COUNT-2: nvgpu.device_async_copy %[[A]][{{.*}}], %[[L]][{{.*}}], 8 {bypassL1}
// CHECK-COUNT-2: nvgpu.device_async_copy %[[B]][{{.*}}], %[[R]][{{.*}}], 8 {bypassL1}
//       CHECK: nvgpu.device_async_create_group
// CHECK-COUNT-4: nvgpu.device_async_copy
//       CHECK: nvgpu.device_async_create_group
// CHECK-COUNT-4: nvgpu.device_async_copy
//       CHECK: nvgpu.device_async_create_group
//       CHECK: scf.for {{.*}} iter_args
//       CHECK: nvgpu.device_async_wait %{{.*}} {numGroups = 2 : i32}
//  CHECK-NEXT: gpu.barrier
//       CHECK: scf.if
// CHECK-COUNT-4: nvgpu.device_async_copy
//       CHECK: nvgpu.device_async_create_group
// CHECK-COUNT-2: nvgpu.ldmatrix %[[L]]{{.*}}numTiles = 4 : i32, transpose = false
// CHECK-COUNT-2: nvgpu.ldmatrix %[[R]]{{.*}}numTiles = 4 : i32, transpose = true
// CHECK-COUNT-8: nvgpu.mma.sync{{.*}} {mmaShape = [16, 8, 16]} : (vector<4x2xbf16>, vector<2x2xbf16>, vector<2x2xf32>) -> vector<2x2xf32>
// CHECK-COUNT-8: nvgpu.mma.sync
//   CHECK-NOT: nvgpu.mma.sync
//       CHECK: scf.yield
// CHECK-COUNT-16: vector.store %{{.*}}, %[[Y]]{{.*}} {alignment = 8 : i64}
//   CHECK-NOT: vector.store
rt.kernel @narrow(%a: tensor<64x160xbf16>, %b: tensor<160x64xbf16>, %c: tensor<64xf32>) -> tensor<64x64xf32> kind matmul {
  %0 = nn.matmul %a, %b : tensor<64x160xbf16>, tensor<160x64xbf16>
  %1 = nn.broadcast %c dims [1] : tensor<64xf32> -> tensor<64x64xf32>
  %2 = nn.add %0, %1 : tensor<64x64xf32>
  rt.yield %2 : tensor<64x64xf32>
}

// Fragments of tf32 are rounded in registers. Rows of 66 elements are aligned to
// 8 bytes, and those beyond the edge become zeros.
// CHECK-LABEL: gpu.func @k_rounded
//  CHECK-SAME: memref<4x64x20xf32, #gpu.address_space<workgroup>>
//  CHECK-SAME: memref<4x64x20xf32, #gpu.address_space<workgroup>>
//  CHECK-SAME: rt.precision = #rt.precision<tf32>
//       CHECK: %[[READ:.*]] = arith.select %{{.*}}, %c2, %c0
//       CHECK: nvgpu.device_async_copy %{{.*}}, 2, %[[READ]] : memref<70x66xf32>
//       CHECK: nvvm.convert.float.to.tf32 %{{.*}} {rnd = #nvvm.fp_rnd_mode<rna>}
//       CHECK: nvgpu.mma.sync{{.*}} {mmaShape = [16, 8, 8], tf32Enabled} : (vector<4x1xf32>, vector<2x1xf32>, vector<2x2xf32>)
//       CHECK: scf.if
//       CHECK: memref.store %{{.*}}, %arg2
rt.kernel @rounded(%a: tensor<70x66xf32>, %b: tensor<33x66xf32>) -> tensor<70x33xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs precision tf32 : tensor<70x66xf32>, tensor<33x66xf32>
  rt.yield %0 : tensor<70x33xf32>
}

// cp.async copies at least 4 bytes: rows of 33 bf16 are copied by loads and stores.
// CHECK-LABEL: gpu.func @k_odd
//   CHECK-NOT: device_async_copy %arg0
//       CHECK: vector.load %{{.*}} : memref<70x33xbf16>, vector<1xbf16>
//       CHECK: vector.store %{{.*}} : memref<4x64x40xbf16
rt.kernel @odd(%a: tensor<70x33xbf16>, %b: tensor<33x64xbf16>) -> tensor<70x64xf32> kind matmul {
  %0 = nn.matmul %a, %b : tensor<70x33xbf16>, tensor<33x64xbf16>
  rt.yield %0 : tensor<70x64xf32>
}

// Large matmuls have larger tiles; blocks are swizzled in groups of eight rows of
// tiles, for the L2 cache.
// CHECK-LABEL: gpu.func @k_large
//  CHECK-SAME: memref<4x128x40xbf16, #gpu.address_space<workgroup>>
//  CHECK-SAME: #rt.gpu_launch<blocks = 256,
//       CHECK: arith.divui %{{.*}}, %c128
//       CHECK: arith.minui %{{.*}}, %c8
// CHECK-COUNT-64: nvgpu.mma.sync
rt.kernel @large(%a: tensor<2048x64xbf16>, %b: tensor<2048x64xbf16>) -> tensor<2048x2048xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<2048x64xbf16>, tensor<2048x64xbf16>
  rt.yield %0 : tensor<2048x2048xf32>
}

// With a large epilogue, eight warps share a large tile: 64 x 32 each.
// CHECK-LABEL: gpu.func @k_large_epilogue
//  CHECK-SAME: memref<4x128x40xbf16, #gpu.address_space<workgroup>>
//  CHECK-SAME: threads = 256>
// CHECK-COUNT-32: nvgpu.mma.sync
//   CHECK-NOT: nvgpu.mma.sync
//       CHECK: scf.yield
rt.kernel @large_epilogue(%a: tensor<2048x64xbf16>, %b: tensor<2048x64xbf16>) -> tensor<2048x2048xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<2048x64xbf16>, tensor<2048x64xbf16>
  %1 = nn.gelu %0 : tensor<2048x2048xf32>
  %2 = nn.tanh %1 : tensor<2048x2048xf32>
  rt.yield %2 : tensor<2048x2048xf32>
}

// In f64 a thread has 2 x 2 sums, and a step is half as deep: 4 x 4 would not fit
// its registers. The loop is kept as it is.
// CHECK-LABEL: gpu.func @k_double
//  CHECK-SAME: memref<4x8x34xf64, #gpu.address_space<workgroup>>
//  CHECK-SAME: #rt.gpu_launch<blocks = 4,
//       CHECK: math.fma {{.*}} vector<2xf64>
//       CHECK: } {llvm.loop_annotation = #
rt.kernel @double(%a: tensor<40x33xf64>, %b: tensor<33x64xf64>) -> tensor<40x64xf64> kind matmul {
  %0 = nn.matmul %a, %b : tensor<40x33xf64>, tensor<33x64xf64>
  rt.yield %0 : tensor<40x64xf64>
}

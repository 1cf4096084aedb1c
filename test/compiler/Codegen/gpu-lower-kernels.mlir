// RUN: gradus-opt %s --gradus-linalg-pipeline --gpu-lower-kernels -canonicalize -cse | FileCheck %s
// RUN: gradus-opt %s --gradus-linalg-pipeline --gpu-lower-kernels=chip=sm_75 | FileCheck %s --check-prefix=OLD

// GPUs before sm_80 have no cp.async.
// OLD-NOT: nvgpu

// Four elements per thread with one access of 16 bytes; the last one alone.
// CHECK-LABEL: gpu.func @k_elementwise
//  CHECK-SAME: (%[[X:.*]]: memref<1025xf32>, %[[Y:.*]]: memref<1025xf32>, %{{.*}}: memref<0xi8>) kernel
//  CHECK-SAME: nvvm.maxntid = array<i32: 256, 1, 1>
//  CHECK-SAME: rt.config = #rt.gpu_launch<blocks = 2, threads = 256>
//  CHECK-SAME: rt.name = "elementwise"
//       CHECK: scf.if
//       CHECK: vector.load %[[X]]{{.*}} {alignment = 16 : i64} : memref<1025xf32>, vector<4xf32>
//       CHECK: vector.store %{{.*}}, %[[Y]]{{.*}} {alignment = 16 : i64}
//       CHECK: scf.if
//       CHECK: memref.load %[[X]]
//       CHECK: gpu.return
rt.kernel @elementwise(%x: tensor<1025xf32>) -> tensor<1025xf32> kind elementwise {
  %0 = nn.neg %x : tensor<1025xf32>
  rt.yield %0 : tensor<1025xf32>
}

// A warp per row: 40 elements are two per lane, read once for both sums and the
// results; lanes are combined by shuffles, without shared memory.
// CHECK-LABEL: gpu.func @k_row
//  CHECK-SAME: (%[[X:.*]]: memref<9x40xf32>, %[[Y:.*]]: memref<9x40xf32>
//   CHECK-NOT: workgroup
//  CHECK-SAME: #rt.gpu_launch<blocks = 2,
// CHECK-COUNT-2: memref.load %[[X]]
//   CHECK-NOT: memref.load %[[X]]
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK-COUNT-2: math.exp
//   CHECK-NOT: math.exp
// CHECK-COUNT-5: gpu.shuffle xor
//   CHECK-NOT: gpu.shuffle
//       CHECK: memref.store %{{.*}}, %[[Y]]
//       CHECK: gpu.return
rt.kernel @row(%x: tensor<9x40xf32>) -> tensor<9x40xf32> kind row {
  %0 = nn.reduce max %x dims [1] : tensor<9x40xf32>
  %1 = nn.broadcast %0 dims [0] : tensor<9xf32> -> tensor<9x40xf32>
  %2 = nn.sub %x, %1 : tensor<9x40xf32>
  %3 = nn.exp %2 : tensor<9x40xf32>
  %4 = nn.reduce sum %3 dims [1] : tensor<9x40xf32>
  %5 = nn.broadcast %4 dims [0] : tensor<9xf32> -> tensor<9x40xf32>
  %6 = nn.div %3, %5 : tensor<9x40xf32>
  rt.yield %6 : tensor<9x40xf32>
}

// A block per long row: warps meet in shared memory.
// CHECK-LABEL: gpu.func @k_long_row
//  CHECK-SAME: workgroup(%[[S:.*]] : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
//  CHECK-SAME: #rt.gpu_launch<blocks = 3,
// CHECK-COUNT-5: gpu.shuffle xor
//       CHECK: memref.store %{{.*}}, %[[S]]
//       CHECK: gpu.barrier
// CHECK-COUNT-8: memref.load %[[S]]
rt.kernel @long_row(%x: tensor<3x4000xf32>) -> tensor<3xf32> kind row {
  %0 = nn.reduce sum %x dims [1] : tensor<3x4000xf32>
  rt.yield %0 : tensor<3xf32>
}

// Rows longer than registers are walked by a loop.
// CHECK-LABEL: gpu.func @k_endless_row
//  CHECK-SAME: memref<32xf32, #gpu.address_space<workgroup>>
//  CHECK-SAME: threads = 1024>
//       CHECK: scf.for {{.*}} iter_args
rt.kernel @endless_row(%x: tensor<3x50000xf32>) -> tensor<3xf32> kind row {
  %0 = nn.reduce sum %x dims [1] : tensor<3x50000xf32>
  rt.yield %0 : tensor<3xf32>
}

// 32 columns per block, eight warps down the rows.
// CHECK-LABEL: gpu.func @k_column
//  CHECK-SAME: memref<8x32xf32, #gpu.address_space<workgroup>>
//  CHECK-SAME: #rt.gpu_launch<blocks = 2,
//       CHECK: scf.for {{.*}} iter_args
//       CHECK: gpu.barrier
//       CHECK: scf.if
rt.kernel @column(%x: tensor<100x37xf32>) -> tensor<37xf32> kind column {
  %0 = nn.reduce sum %x dims [0] : tensor<100x37xf32>
  rt.yield %0 : tensor<37xf32>
}

// Long columns, too few for a GPU in blocks of 32: 8 of them by 64 lines, whose
// sums are added by halves.
// CHECK-LABEL: gpu.func @k_long_column
//  CHECK-SAME: memref<64x8xf32, #gpu.address_space<workgroup>>
//  CHECK-SAME: #rt.gpu_launch<blocks = 5,
//  CHECK-SAME: threads = 512>
//       CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-6: gpu.barrier
//   CHECK-NOT: gpu.barrier
rt.kernel @long_column(%x: tensor<1000x37xf32>) -> tensor<37xf32> kind column {
  %0 = nn.reduce sum %x dims [0] : tensor<1000x37xf32>
  rt.yield %0 : tensor<37xf32>
}

// Tiles of 64 x 64, the operands in multistage buffers of four stages that
// asynchronous copies fill; rows of 33 elements are copied one by one. Sums are
// carried by the loop over k; the epilogue is applied before the only store.
// CHECK-LABEL: gpu.func @k_matmul
//  CHECK-SAME: %[[C:[a-z0-9]+]]: memref<128xf32>, %[[Y:[a-z0-9]+]]: memref<70x128xf32>
//  CHECK-SAME: workgroup(%[[L:[a-z0-9]+]] : memref<4x64x20xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %[[R:[a-z0-9]+]] : memref<4x16x68xf32
//  CHECK-SAME: #rt.gpu_launch<blocks = 4,
// CHECK-COUNT-4: nvgpu.device_async_copy %{{.*}}, %[[L]]{{.*}}, 1, %
//       CHECK: nvgpu.device_async_copy %{{.*}}, %[[R]]{{.*}}, 4, %{{.*}} {bypassL1}
//       CHECK: nvgpu.device_async_create_group
//       CHECK: scf.for {{.*}} iter_args
//       CHECK: nvgpu.device_async_wait %{{.*}} {numGroups = 2 : i32}
//       CHECK: gpu.barrier
// CHECK-COUNT-4: vector.load %[[L]]{{.*}} {alignment = 16 : i64}
// CHECK-COUNT-4: vector.load %[[R]]{{.*}} {alignment = 16 : i64}
// CHECK-COUNT-64: math.fma {{.*}} vector<4xf32>
//   CHECK-NOT: gpu.barrier
//       CHECK: scf.yield
//       CHECK: vector.load %[[C]]
//       CHECK: arith.addf
//       CHECK: vector.store %{{.*}}, %[[Y]]
rt.kernel @matmul(%a: tensor<70x33xf32>, %b: tensor<33x128xf32>, %c: tensor<128xf32>) -> tensor<70x128xf32> kind matmul {
  %0 = nn.matmul %a, %b : tensor<70x33xf32>, tensor<33x128xf32>
  %1 = nn.broadcast %c dims [1] : tensor<128xf32> -> tensor<70x128xf32>
  %2 = nn.add %0, %1 : tensor<70x128xf32>
  rt.yield %2 : tensor<70x128xf32>
}

// With k contiguous in both operands, threads have columns that are 16 apart, so
// that they read other banks, and store them one by one, side by side.
// CHECK-LABEL: gpu.func @k_rows_by_rows
//  CHECK-SAME: memref<4x64x20xf32, #gpu.address_space<workgroup>>
//  CHECK-SAME: memref<4x64x20xf32, #gpu.address_space<workgroup>>
//       CHECK: math.fma
// CHECK-COUNT-16: vector.store %{{.*}} : memref<64x64xf32>, vector<1xf32>
rt.kernel @rows_by_rows(%a: tensor<64x32xf32>, %b: tensor<64x32xf32>) -> tensor<64x64xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<64x32xf32>, tensor<64x32xf32>
  rt.yield %0 : tensor<64x64xf32>
}

// The threads of the grid share the parallel loops of generic kernels.
// CHECK-LABEL: gpu.func @k_generic
//  CHECK-SAME: #rt.gpu_launch<blocks = 2,
//   CHECK-NOT: linalg
//   CHECK-NOT: scf.for
//       CHECK: memref.load
//       CHECK: memref.store
rt.kernel @generic(%x: tensor<30x17xf32>) -> tensor<17x30xf32> kind generic {
  %0 = nn.transpose %x perm [1, 0] : tensor<30x17xf32>
  rt.yield %0 : tensor<17x30xf32>
}

// Several ops of which a thread reads only what it wrote: on as many blocks as
// there are results, without barriers. The loop over what is compared is inside.
// CHECK-LABEL: gpu.func @k_argmax
//  CHECK-SAME: #rt.gpu_launch<blocks = 2,
//   CHECK-NOT: gpu.barrier
//       CHECK: scf.for
//   CHECK-NOT: gpu.barrier
//       CHECK: gpu.return
rt.kernel @argmax(%x: tensor<20x17x20xf32>) -> tensor<20x20xi32> kind generic {
  %0 = nn.argmax %x dim 1 : tensor<20x17x20xf32> -> tensor<20x20xi32>
  rt.yield %0 : tensor<20x20xi32>
}

// Where a thread reads what others wrote: one block, with barriers.
// CHECK-LABEL: gpu.func @k_turned_twice
//  CHECK-SAME: #rt.gpu_launch<blocks = 1,
//       CHECK: gpu.barrier
rt.kernel @turned_twice(%x: tensor<30x17xf32>) -> tensor<17x17xf32> kind generic {
  %0 = nn.transpose %x perm [1, 0] : tensor<30x17xf32>
  %1 = nn.argmax %0 dim 1 : tensor<17x30xf32> -> tensor<17xi32>
  %2 = nn.gather %0[%1] : tensor<17x30xf32>, tensor<17xi32>
  %3 = nn.slice %2 from [0, 0] to [17, 17] by [1, 1] : tensor<17x30xf32>
  rt.yield %3 : tensor<17x17xf32>
}

// Launches name the function, and keep their own names.
// CHECK-LABEL: func.func @predict
//       CHECK: rt.launch @kernels::@k_column as "column"
func.func @predict(%x: tensor<100x37xf32>) -> tensor<37xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @column(%x) : (tensor<100x37xf32>) -> tensor<37xf32>
  return %0 : tensor<37xf32>
}

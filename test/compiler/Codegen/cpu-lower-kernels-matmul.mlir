// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s

// Accumulators are values carried by the loop over k; nothing is stored in it;
// bias and activation are applied before the only store.
// CHECK-LABEL: func.func @epilogue
//  CHECK-SAME: (%[[A:.*]]: memref<4x9xf32>, %[[B:.*]]: memref<9x16xf32>, %[[C:.*]]: memref<16xf32>, %[[Y:.*]]: memref<4x16xf32>, %{{.*}}: index
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//       CHECK: %[[ACC:.*]]:4 = scf.for {{.*}} iter_args
//       CHECK: vector.load %[[B]]
// CHECK-COUNT-4: vector.fma
//   CHECK-NOT: store
//       CHECK: scf.yield
//       CHECK: vector.load %[[C]]
//       CHECK: arith.addf %[[ACC]]#0
//       CHECK: arith.maximumf
//  CHECK-NEXT: vector.store
//   CHECK-NOT: vector.load %[[Y]]
//       CHECK: return
rt.kernel @epilogue(%a: tensor<4x9xf32>, %b: tensor<9x16xf32>, %c: tensor<16xf32>) -> tensor<4x16xf32> kind matmul {
  %0 = nn.matmul %a, %b : tensor<4x9xf32>, tensor<9x16xf32>
  %1 = nn.broadcast %c dims [1] : tensor<16xf32> -> tensor<4x16xf32>
  %2 = nn.add %0, %1 : tensor<4x16xf32>
  %3 = nn.relu %2 : tensor<4x16xf32>
  rt.yield %3 : tensor<4x16xf32>
}

// Only the last columns use a mask.
// CHECK-LABEL: func.func @edges
//       CHECK: vector.maskedload
//       CHECK: vector.maskedstore
//       CHECK: return
rt.kernel @edges(%a: tensor<13x9xf32>, %b: tensor<9x37xf32>) -> tensor<13x37xf32> kind matmul {
  %0 = nn.matmul %a, %b : tensor<13x9xf32>, tensor<9x37xf32>
  rt.yield %0 : tensor<13x37xf32>
}

// A transposed lhs is read down its columns, as scalars.
// CHECK-LABEL: func.func @transposed_lhs
//  CHECK-SAME: (%[[A:.*]]: memref<9x4xf32>
//       CHECK: scf.for %[[K:.*]] = {{.*}} iter_args
//       CHECK: memref.load %[[A]][%[[K]],
rt.kernel @transposed_lhs(%a: tensor<9x4xf32>, %b: tensor<9x16xf32>) -> tensor<4x16xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_lhs : tensor<9x4xf32>, tensor<9x16xf32>
  rt.yield %0 : tensor<4x16xf32>
}

// A transposed rhs is packed into scratch memory, through
// transposes of squares in registers.
// CHECK-LABEL: func.func @packed
//  CHECK-SAME: %[[B:[a-z0-9]+]]: memref<37x9xf32>, %{{.*}}: memref<300x37xf32>, %{{.*}}: index, %{{.*}}: index, %[[SCRATCH:[a-z0-9]+]]: memref<{{[1-9][0-9]*}}xi8>)
//       CHECK: %[[P:.*]] = memref.view %[[SCRATCH]]
//       CHECK: vector.maskedload %[[B]]
//       CHECK: vector.transpose
//       CHECK: vector.store %{{.*}}, %[[P]]
//       CHECK: scf.for {{.*}} iter_args
//       CHECK: vector.load %[[P]]
//       CHECK: vector.fma
rt.kernel @packed(%a: tensor<300x9xf32>, %b: tensor<37x9xf32>) -> tensor<300x37xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<300x9xf32>, tensor<37x9xf32>
  rt.yield %0 : tensor<300x37xf32>
}

// Few rows and a transposed rhs: dot products over k, no packing.
// CHECK-LABEL: func.func @dot
//  CHECK-SAME: memref<0xi8>)
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//       CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-15: vector.fma
//       CHECK: scf.yield
//       CHECK: vector.maskedload
//       CHECK: vector.shuffle
//       CHECK: vector.maskedstore
rt.kernel @dot(%a: tensor<3x41xf32>, %b: tensor<5x41xf32>) -> tensor<3x5xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<3x41xf32>, tensor<5x41xf32>
  rt.yield %0 : tensor<3x5xf32>
}

// With as little to sum, packing costs less than combining lanes.
// CHECK-LABEL: func.func @short_sums
//  CHECK-SAME: memref<{{[1-9][0-9]*}}xi8>)
//       CHECK: vector.transpose
rt.kernel @short_sums(%a: tensor<33x17xf32>, %b: tensor<5x17xf32>) -> tensor<33x5xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<33x17xf32>, tensor<5x17xf32>
  rt.yield %0 : tensor<33x5xf32>
}

// One row: sixteen results at a time, read as two times eight streams.
// CHECK-LABEL: func.func @one_row
//  CHECK-SAME: #rt.cpu_launch<units = 2>
//       CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-8: vector.fma
//   CHECK-NOT: vector.fma
//       CHECK: scf.yield
//       CHECK: scf.for {{.*}} iter_args
// CHECK-COUNT-8: vector.fma
//   CHECK-NOT: vector.fma
//       CHECK: scf.yield
//       CHECK: vector.store {{.*}} vector<16xf32>
rt.kernel @one_row(%a: tensor<1x64xf32>, %b: tensor<32x64xf32>) -> tensor<1x32xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_rhs : tensor<1x64xf32>, tensor<32x64xf32>
  rt.yield %0 : tensor<1x32xf32>
}

// CHECK-LABEL: func.func @batched
//  CHECK-SAME: #rt.cpu_launch<units = 5>
//       CHECK: vector.load %{{.*}}[%[[U:.*]], %{{.*}}, %{{.*}}] : memref<5x9x16xf32>
rt.kernel @batched(%a: tensor<5x4x9xf32>, %b: tensor<5x9x16xf32>) -> tensor<5x4x16xf32> kind matmul {
  %0 = nn.matmul %a, %b : tensor<5x4x9xf32>, tensor<5x9x16xf32>
  rt.yield %0 : tensor<5x4x16xf32>
}

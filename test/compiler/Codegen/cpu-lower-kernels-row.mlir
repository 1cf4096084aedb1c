// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s

// The sum is carried by the loop; the tail is masked, and masked lanes keep
// their sum; lanes are combined pairwise.
// CHECK-LABEL: func.func @row
//  CHECK-SAME: (%[[X:.*]]: memref<9x37xf32>, %[[Y:.*]]: memref<9xf32>, %{{.*}}: index
//  CHECK-SAME: #rt.cpu_launch<units = 9>
//       CHECK: scf.for %[[ROW:.*]] =
//       CHECK: %[[S:.*]] = scf.for {{.*}} iter_args
//       CHECK: vector.load %[[X]][%[[ROW]],
//   CHECK-NOT: store
//       CHECK: scf.yield
//       CHECK: vector.maskedload %[[X]]
//       CHECK: %[[N:.*]] = arith.addf %[[S]],
//       CHECK: arith.select %{{.*}}, %[[N]], %[[S]]
// CHECK-COUNT-4: arith.addf
//       CHECK: memref.store %{{.*}}, %[[Y]][%[[ROW]]]
rt.kernel @row(%x: tensor<9x37xf32>) -> tensor<9xf32> kind row {
  %0 = nn.reduce sum %x dims [1] : tensor<9x37xf32>
  rt.yield %0 : tensor<9xf32>
}

// Softmax: two passes that reduce, one that stores; no temporary in memory.
// CHECK-LABEL: func.func @softmax
//  CHECK-SAME: memref<0xi8>
//   CHECK-NOT: memref.alloc
//       CHECK: arith.maximumf
//       CHECK: math.exp
//       CHECK: arith.divf
//       CHECK: vector.store
//       CHECK: return
rt.kernel @softmax(%x: tensor<9x37xf32>) -> tensor<9x37xf32> kind row {
  %0 = nn.reduce max %x dims [1] : tensor<9x37xf32>
  %1 = nn.broadcast %0 dims [0] : tensor<9xf32> -> tensor<9x37xf32>
  %2 = nn.sub %x, %1 : tensor<9x37xf32>
  %3 = nn.exp %2 : tensor<9x37xf32>
  %4 = nn.reduce sum %3 dims [1] : tensor<9x37xf32>
  %5 = nn.broadcast %4 dims [0] : tensor<9xf32> -> tensor<9x37xf32>
  %6 = nn.div %3, %5 : tensor<9x37xf32>
  rt.yield %6 : tensor<9x37xf32>
}

// A full reduction: one work item.
// CHECK-LABEL: func.func @everything
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//       CHECK: memref.store %{{.*}}, %{{.*}}[] : memref<f32>
rt.kernel @everything(%x: tensor<9x37xf32>) -> tensor<f32> kind row {
  %0 = nn.reduce sum %x dims [0, 1] : tensor<9x37xf32>
  rt.yield %0 : tensor<f32>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s
// Rows shorter than a vector: lanes are rows, columns are unrolled, and no lanes are
// combined. 37 rows of 3 are two full vectors and one with a mask.

// CHECK-LABEL: func.func @softmax
//  CHECK-SAME: (%[[X:.*]]: memref<37x3xf32>, %[[M:.*]]: memref<37xf32>, %[[Y:.*]]: memref<37x3xf32>, %{{.*}}: index
//  CHECK-SAME: #rt.cpu_launch<units = 3>
//       CHECK: scf.if
// CHECK-COUNT-3: vector.gather %[[X]]
//   CHECK-NOT: vector.extract
// CHECK-COUNT-3: math.exp
//   CHECK-NOT: math.exp
//       CHECK: vector.maskedstore %[[M]]
// CHECK-COUNT-3: vector.scatter %[[Y]]
//   CHECK-NOT: vector.scatter
//       CHECK: } else {
//       CHECK: vector.store %{{.*}}, %[[M]]
// CHECK-COUNT-3: vector.scatter %[[Y]]
rt.kernel @softmax(%x: tensor<37x3xf32>) -> (tensor<37xf32>, tensor<37x3xf32>) kind row {
  %0 = nn.reduce max %x dims [1] : tensor<37x3xf32>
  %1 = nn.broadcast %0 dims [0] : tensor<37xf32> -> tensor<37x3xf32>
  %2 = nn.sub %x, %1 : tensor<37x3xf32>
  %3 = nn.exp %2 : tensor<37x3xf32>
  %4 = nn.reduce sum %3 dims [1] : tensor<37x3xf32>
  %5 = nn.broadcast %4 dims [0] : tensor<37xf32> -> tensor<37x3xf32>
  %6 = nn.div %3, %5 : tensor<37x3xf32>
  rt.yield %4, %6 : tensor<37xf32>, tensor<37x3xf32>
}

// Leading dimensions make work items of their own.
// CHECK-LABEL: func.func @batched
//  CHECK-SAME: #rt.cpu_launch<units = 10>
//       CHECK: vector.gather %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}]
rt.kernel @batched(%x: tensor<5x32x7xf32>) -> tensor<5x32xf32> kind row {
  %0 = nn.reduce sum %x dims [2] : tensor<5x32x7xf32>
  rt.yield %0 : tensor<5x32xf32>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s

// A work item is a vector of columns: 37 = 2 * 16 + 5. Four sums hide the latency.
// CHECK-LABEL: func.func @column
//  CHECK-SAME: (%[[X:.*]]: memref<9x37xf32>, %[[Y:.*]]: memref<37xf32>, %{{.*}}: index
//  CHECK-SAME: #rt.cpu_launch<units = 3>
//       CHECK: scf.if
//       CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
//       CHECK: vector.maskedload %[[X]]
//   CHECK-NOT: store
//       CHECK: scf.yield
//       CHECK: vector.maskedstore %[[Y]]
//       CHECK: } else {
//       CHECK: vector.load %[[X]]
//       CHECK: vector.store %{{.*}}, %[[Y]]
rt.kernel @column(%x: tensor<9x37xf32>) -> tensor<37xf32> kind column {
  %0 = nn.reduce sum %x dims [0] : tensor<9x37xf32>
  rt.yield %0 : tensor<37xf32>
}

// Fewer rows than sums: no loop over four at a time.
// CHECK-LABEL: func.func @few_rows
//   CHECK-NOT: vector.masked
//       CHECK: vector.store
rt.kernel @few_rows(%x: tensor<3x16xf32>) -> tensor<16xf32> kind column {
  %0 = nn.reduce max %x dims [0] : tensor<3x16xf32>
  rt.yield %0 : tensor<16xf32>
}

// The elements summed are stored in the same loop where another kernel needs them.
// CHECK-LABEL: func.func @elements_too
//       CHECK: scf.for {{.*}} iter_args
//       CHECK: vector.store
//       CHECK: scf.yield
rt.kernel @elements_too(%x: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<16xf32>) kind column {
  %0 = nn.mul %x, %x : tensor<8x16xf32>
  %1 = nn.reduce sum %0 dims [0] : tensor<8x16xf32>
  rt.yield %0, %1 : tensor<8x16xf32>, tensor<16xf32>
}

// Two results per column, of which the first may have the buffer of an operand
// of the second: both are computed before either is stored.
// CHECK-LABEL: func.func @two_results
//  CHECK-SAME: (%{{.*}}: memref<3x16xf32>, %[[W:.*]]: memref<16xf32>, %[[S:.*]]: memref<16xf32>, %[[T:.*]]: memref<16xf32>
//   CHECK-NOT: vector.store
//       CHECK: vector.load %[[W]]
//   CHECK-NOT: vector.load %[[W]]
//       CHECK: vector.store %{{.*}}, %[[S]]
//       CHECK: vector.store %{{.*}}, %[[T]]
rt.kernel @two_results(%x: tensor<3x16xf32>, %w: tensor<16xf32>) -> (tensor<16xf32>, tensor<16xf32>) kind column {
  %0 = nn.reduce sum %x dims [0] : tensor<3x16xf32>
  %1 = nn.add %0, %w : tensor<16xf32>
  rt.yield %0, %1 : tensor<16xf32>, tensor<16xf32>
}

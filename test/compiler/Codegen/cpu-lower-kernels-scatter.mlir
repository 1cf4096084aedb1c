// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s

// Rows of 133 = 8 * 16 + 5 elements: nine vectors, an item for each. An item clears
// its columns, then adds the updates in the order of their indices.
// CHECK-LABEL: func.func @rows
//  CHECK-SAME: (%[[I:.*]]: memref<2x3xi32>, %[[U:.*]]: memref<2x3x133xf32>, %[[T:.*]]: memref<7x133xf32>, %{{.*}}: index
//  CHECK-SAME: #rt.cpu_launch<units = 9>
//   CHECK-DAG: %[[TOP:.*]] = arith.constant 6 : index
//       CHECK: scf.for
//       CHECK: scf.if
//       CHECK: vector.maskedstore %[[T]]
//       CHECK: scf.for
//       CHECK: vector.maskedload %[[U]]
//       CHECK: vector.maskedload %[[T]]
//       CHECK: } else {
//       CHECK: scf.for
//       CHECK: vector.store %{{.*}}, %[[T]]
//       CHECK: scf.for
//       CHECK: memref.load %[[I]]
//       CHECK: arith.maxsi
//       CHECK: %[[ROW:.*]] = arith.minsi %{{.*}}, %[[TOP]] : index
//       CHECK: vector.load %[[U]]
//       CHECK: vector.load %[[T]][%[[ROW]],
//       CHECK: arith.addf
//       CHECK: vector.store %{{.*}}, %[[T]][%[[ROW]],
rt.kernel @rows(%i: tensor<2x3xi32>, %u: tensor<2x3x133xf32>) -> tensor<7x133xf32> kind scatter {
  %0 = nn.scatter_add %u at %i : tensor<2x3x133xf32>, tensor<2x3xi32> -> tensor<7x133xf32>
  rt.yield %0 : tensor<7x133xf32>
}

// Long rows are cut into sixteen items; here of five vectors, the last of three.
// CHECK-LABEL: func.func @long_rows
//  CHECK-SAME: #rt.cpu_launch<units = 16>
rt.kernel @long_rows(%i: tensor<3xi32>, %u: tensor<3x1248xf32>) -> tensor<7x1248xf32> kind scatter {
  %0 = nn.scatter_add %u at %i : tensor<3x1248xf32>, tensor<3xi32> -> tensor<7x1248xf32>
  rt.yield %0 : tensor<7x1248xf32>
}

// A table of scalars has no columns to share.
// CHECK-LABEL: func.func @scalars
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//   CHECK-NOT: vector
//       CHECK: memref.store
rt.kernel @scalars(%i: tensor<3xi64>, %u: tensor<3xf32>) -> tensor<7xf32> kind scatter {
  %0 = nn.scatter_add %u at %i : tensor<3xf32>, tensor<3xi64> -> tensor<7xf32>
  rt.yield %0 : tensor<7xf32>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s
// What has no loop structure of ours goes through upstream's, as one work item;
// temporaries are in scratch memory.

// CHECK-LABEL: func.func @transpose
//  CHECK-SAME: (%[[X:.*]]: memref<3x5xf32>, %[[Y:.*]]: memref<5x3xf32>, %{{.*}}: index, %{{.*}}: index, %{{.*}}: memref<{{[0-9]+}}xi8>)
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//   CHECK-NOT: memref.alloc
//   CHECK-NOT: linalg
//       CHECK: scf.for
//       CHECK: scf.for
//       CHECK: memref.load %[[X]]
//       CHECK: memref.store
//       CHECK: return
rt.kernel @transpose(%x: tensor<3x5xf32>) -> tensor<5x3xf32> kind generic {
  %0 = nn.transpose %x perm [1, 0] : tensor<3x5xf32>
  rt.yield %0 : tensor<5x3xf32>
}

// CHECK-LABEL: func.func @constant
//       CHECK: memref.get_global
//       CHECK: return
rt.kernel @constant() -> tensor<3xf32> kind generic {
  %0 = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  rt.yield %0 : tensor<3xf32>
}

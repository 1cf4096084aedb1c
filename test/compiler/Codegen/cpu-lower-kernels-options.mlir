// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels="vector-bytes=32 registers=16" | FileCheck %s
// Vectors are as wide as the target's, for f64 too.

// CHECK-LABEL: func.func @elementwise
//   CHECK-NOT: vector<16x
//       CHECK: vector.load {{.*}}, vector<8xf32>
rt.kernel @elementwise(%x: tensor<37xf32>) -> tensor<37xf32> kind elementwise {
  %0 = nn.neg %x : tensor<37xf32>
  rt.yield %0 : tensor<37xf32>
}

// CHECK-LABEL: func.func @matmul
//       CHECK: vector.fma {{.*}} : vector<4xf64>
rt.kernel @matmul(%a: tensor<3x5xf64>, %b: tensor<5x7xf64>) -> tensor<3x7xf64> kind matmul {
  %0 = nn.matmul %a, %b : tensor<3x5xf64>, tensor<5x7xf64>
  rt.yield %0 : tensor<3x7xf64>
}

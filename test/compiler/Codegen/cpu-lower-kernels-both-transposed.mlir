// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s
// Few rows and both operands transposed: the rhs must still be read as
// [n, k], by packing or by gathering. Row k of it, as a vector, is not what the
// matmul asks for (and is outside of it where k > n).

// CHECK-LABEL: func.func @both
//  CHECK-SAME: (%{{.*}}: memref<7x3xf32>, %[[B:.*]]: memref<37x7xf32>
//       CHECK: {{vector.transpose|vector.gather}}
//       CHECK: vector.fma
rt.kernel @both(%a: tensor<7x3xf32>, %b: tensor<37x7xf32>) -> tensor<3x37xf32> kind matmul {
  %0 = nn.matmul %a, %b transpose_lhs transpose_rhs : tensor<7x3xf32>, tensor<37x7xf32>
  rt.yield %0 : tensor<3x37xf32>
}

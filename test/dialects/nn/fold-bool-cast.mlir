// RUN: gradus-opt %s --nn-simplify | FileCheck %s
// `true` has the sign bit of an i1 set; it becomes 1 all the same.

// CHECK-LABEL: func.func @true_becomes_one
func.func @true_becomes_one() -> (tensor<3xf32>, tensor<3xi32>) {
  // CHECK-DAG: nn.constant dense<1.000000e+00> : tensor<3xf32>
  // CHECK-DAG: nn.constant dense<1> : tensor<3xi32>
  %t = nn.constant dense<true> : tensor<3xi1>
  %0 = nn.cast %t : tensor<3xi1> -> tensor<3xf32>
  %1 = nn.cast %t : tensor<3xi1> -> tensor<3xi32>
  return %0, %1 : tensor<3xf32>, tensor<3xi32>
}

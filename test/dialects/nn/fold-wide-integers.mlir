// RUN: gradus-opt %s --nn-simplify | FileCheck %s
// XFAIL: *
// Bug: foldSplats computes integers in doubles.
// Beyond 2^53 a double does not hold every i64.

// CHECK-LABEL: func.func @sum_is_exact
func.func @sum_is_exact() -> tensor<2xi64> {
  // CHECK: nn.constant dense<9007199254740995> : tensor<2xi64>
  %0 = nn.constant dense<9007199254740993> : tensor<2xi64>
  %1 = nn.constant dense<2> : tensor<2xi64>
  %2 = nn.add %0, %1 : tensor<2xi64>
  return %2 : tensor<2xi64>
}

// CHECK-LABEL: func.func @i32_wraps
func.func @i32_wraps() -> tensor<2xi32> {
  // CHECK: nn.constant dense<-2147483648> : tensor<2xi32>
  %0 = nn.constant dense<2147483647> : tensor<2xi32>
  %1 = nn.constant dense<1> : tensor<2xi32>
  %2 = nn.add %0, %1 : tensor<2xi32>
  return %2 : tensor<2xi32>
}

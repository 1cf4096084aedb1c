// RUN: gradus-opt %s --nn-simplify | FileCheck %s
// Folds compute in f64: what that cannot hold exactly stays for run time.

// CHECK-LABEL: func.func @beyond_2_to_53
func.func @beyond_2_to_53() -> tensor<2xi64> {
  // CHECK: nn.add
  %0 = nn.constant dense<9007199254740993> : tensor<2xi64>
  %1 = nn.constant dense<2> : tensor<2xi64>
  %2 = nn.add %0, %1 : tensor<2xi64>
  return %2 : tensor<2xi64>
}

// CHECK-LABEL: func.func @beyond_i32
func.func @beyond_i32() -> tensor<2xi32> {
  // CHECK: nn.add
  %0 = nn.constant dense<2147483647> : tensor<2xi32>
  %1 = nn.constant dense<1> : tensor<2xi32>
  %2 = nn.add %0, %1 : tensor<2xi32>
  return %2 : tensor<2xi32>
}

// CHECK-LABEL: func.func @exact
func.func @exact() -> tensor<2xi32> {
  // CHECK: nn.constant dense<12>
  %0 = nn.constant dense<7> : tensor<2xi32>
  %1 = nn.constant dense<5> : tensor<2xi32>
  %2 = nn.add %0, %1 : tensor<2xi32>
  return %2 : tensor<2xi32>
}

// RUN: gradus-opt %s --reference-run -verify-diagnostics
// RUN: not gradus-opt %s --check-gradients 2>&1 | FileCheck %s
// There is nothing to run in a declaration; what is behind it runs all the same.

func.func private @elsewhere()

// CHECK: error: {{.*}}'arith.negf'
func.func @behind() -> tensor<3xf32> {
  %0 = nn.constant dense<1.0> : tensor<3xf32>
  // expected-error@+1 {{the reference evaluator does not know 'arith.negf'}}
  %1 = arith.negf %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// RUN: gradus-opt %s --check-gradients="low=0.5 high=3.0"
// RUN: gradus-opt %s --train-autodiff --reference-run
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The derivative by the exponent needs a positive base.

func.func @values(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.pow %l, %r : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @both_sides_the_same(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.pow %x, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// At exponent 0, and at base 0 with an exponent that is not negative, as in PyTorch.
func.func @test_zero() {
  %l = nn.constant dense<[0.0, 0.0, 3.0]> : tensor<3xf64>
  %r = nn.constant dense<[0.0, 2.0, 0.0]> : tensor<3xf64>
  %y = nn.pow %l, %r : tensor<3xf64>
  %loss = nn.reduce sum %y dims [0] : tensor<3xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3xf64>, tensor<3xf64> -> tensor<3xf64>, tensor<3xf64>
  %left = nn.constant dense<0.0> : tensor<3xf64>
  %right = nn.constant dense<[0.0, 0.0, 1.0986122886681098]> : tensor<3xf64>
  check.expect_close %g#0, %left atol 0.0 rtol 0.0 : tensor<3xf64>
  check.expect_close %g#1, %right atol 0.0 rtol 1.0e-15 : tensor<3xf64>
  return
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @rule(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>) {
  // CHECK-DAG: %[[Y:.*]] = nn.pow %[[L]], %[[R]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[LOG:.*]] = nn.log %[[L]]
  // CHECK-DAG: %[[YL:.*]] = nn.mul %[[Y]], %[[LOG]]
  // CHECK-DAG: %[[SR:.*]] = nn.mul %[[G]], %[[YL]]
  // CHECK-DAG: %[[E:.*]] = nn.sub %[[R]], %{{.*}}
  // CHECK-DAG: %[[P:.*]] = nn.pow %[[L]], %[[E]]
  // CHECK-DAG: %[[Q:.*]] = nn.mul %[[R]], %[[P]]
  // CHECK-DAG: %[[SL:.*]] = nn.mul %[[G]], %[[Q]]
  // CHECK-DAG: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<3x5xf64>
  // CHECK-DAG: %[[R0:.*]] = nn.compare eq %[[R]], %{{.*}}
  // CHECK-DAG: %[[DL:.*]] = nn.select %[[R0]], %{{.*}}, %[[SL]]
  // CHECK-DAG: %[[L0:.*]] = nn.compare eq %[[L]], %{{.*}}
  // CHECK-DAG: %[[IF:.*]] = nn.select %[[L0]], %{{.*}}, %[[SR]]
  // CHECK-DAG: %[[RP:.*]] = nn.compare ge %[[R]], %{{.*}}
  // CHECK-DAG: %[[DR:.*]] = nn.select %[[RP]], %[[IF]], %[[SR]]
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.pow %l, %r : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<3x5xf64> -> tensor<3x5xf64>, tensor<3x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<3x5xf64>
}

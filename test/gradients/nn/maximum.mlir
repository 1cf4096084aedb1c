// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff --reference-run
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// Where both are equal each takes half, as in PyTorch; finite differences are asked
// only where they differ (seed 1).

func.func @values(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.maximum %l, %r : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @test_ties() {
  %l = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf64>
  %r = nn.constant dense<[2.0, 2.0, 2.0]> : tensor<3xf64>
  %w = nn.constant dense<[3.0, 5.0, 7.0]> : tensor<3xf64>
  %y = nn.maximum %l, %r : tensor<3xf64>
  %scaled = nn.mul %y, %w : tensor<3xf64>
  %loss = nn.reduce sum %scaled dims [0] : tensor<3xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3xf64>, tensor<3xf64> -> tensor<3xf64>, tensor<3xf64>
  %left = nn.constant dense<[0.0, 2.5, 7.0]> : tensor<3xf64>
  %right = nn.constant dense<[3.0, 2.5, 0.0]> : tensor<3xf64>
  check.expect_close %g#0, %left atol 0.0 rtol 0.0 : tensor<3xf64>
  check.expect_close %g#1, %right atol 0.0 rtol 0.0 : tensor<3xf64>
  return
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @rule(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>) {
  // CHECK-DAG: %[[Y:.*]] = nn.maximum %[[L]], %[[R]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[LOSES:.*]] = nn.compare lt %[[L]], %[[R]]
  // CHECK-DAG: %[[TIES:.*]] = nn.compare eq %[[L]], %[[R]]
  // CHECK-DAG: %[[HALF:.*]] = nn.mul %[[G]], %{{.*}}
  // CHECK-DAG: %[[KEPT:.*]] = nn.select %[[TIES]], %[[HALF]], %[[G]] :
  // CHECK-DAG: %[[DL:.*]] = nn.select %[[LOSES]], %{{.*}}, %[[KEPT]] :
  // CHECK-DAG: nn.compare lt %[[R]], %[[L]]
  // CHECK: return %[[DL]], %{{.*}}
  %y = nn.maximum %l, %r : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<3x5xf64> -> tensor<3x5xf64>, tensor<3x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<3x5xf64>
}

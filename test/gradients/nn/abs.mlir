// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff --reference-run
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The gradient at the kink is 0, as in PyTorch; finite differences do not see it
// there, so no input of theirs lies within 0.004 of it (seed 1).

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.abs %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @test_kink() {
  %x = nn.constant dense<[-1.5, 0.0, -0.0, 2.0]> : tensor<4xf64>
  %w = nn.constant dense<[3.0, 5.0, 7.0, 11.0]> : tensor<4xf64>
  %y = nn.abs %x : tensor<4xf64>
  %scaled = nn.mul %y, %w : tensor<4xf64>
  %loss = nn.reduce sum %scaled dims [0] : tensor<4xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<4xf64> -> tensor<4xf64>
  %expected = nn.constant dense<[-3.0, 0.0, 0.0, 11.0]> : tensor<4xf64>
  check.expect_close %g, %expected atol 0.0 rtol 0.0 : tensor<4xf64>
  return
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.abs %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<3x5xf64>
  // CHECK-DAG: %[[C:.*]] = nn.compare lt %[[X]], %[[Z]]
  // CHECK-DAG: %[[N:.*]] = nn.neg %[[G]]
  // CHECK-DAG: %[[E:.*]] = nn.compare eq %[[X]], %[[Z]]
  // CHECK-DAG: %[[P:.*]] = nn.select %[[E]], %[[Z]], %[[G]]
  // CHECK-DAG: %[[D:.*]] = nn.select %[[C]], %[[N]], %[[P]]
  // CHECK: return %[[D]]
  %y = nn.abs %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

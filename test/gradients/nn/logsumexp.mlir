// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff --reference-run
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @rows(%x: tensor<3x5xf64>) -> tensor<3xf64> {
  %y = nn.logsumexp %x dims [1] : tensor<3x5xf64>
  return %y : tensor<3xf64>
}

func.func @outer(%x: tensor<2x3x5xf64>) -> tensor<3xf64> {
  %y = nn.logsumexp %x dims [0, 2] : tensor<2x3x5xf64>
  return %y : tensor<3xf64>
}

func.func @all(%x: tensor<3x5xf64>) -> tensor<f64> {
  %y = nn.logsumexp %x dims [0, 1] : tensor<3x5xf64>
  return %y : tensor<f64>
}

func.func @nothing(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.logsumexp %x dims [] : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// Where finite differences cannot go. A row of nothing but -inf stays -inf when an
// element changes a little: its gradients are 0, where softmax would be 0 / 0.
// An element that is +inf has no gradient, the finite ones beside it have 0.
func.func @infinities() {
  %x = nn.constant dense<[[0xFFF0000000000000, 0xFFF0000000000000, 0xFFF0000000000000], [0xFFF0000000000000, 0.5, 2.25],
                          [1.5, 0x7FF0000000000000, -3.0], [1000.0, 998.5, -1000.0]]> : tensor<4x3xf64>
  %scale = nn.constant dense<[1.25, 1.5, -2.0, 0.75]> : tensor<4xf64>
  %y = nn.logsumexp %x dims [1] : tensor<4x3xf64>
  %scaled = nn.mul %y, %scale : tensor<4xf64>
  %loss = nn.reduce sum %scaled dims [0] : tensor<4xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<4x3xf64> -> tensor<4x3xf64>
  %expected = nn.constant dense<[[0.0, 0.0, 0.0], [0.0, 0.2220707970475342, 1.2779292029524658],
                                 [0.0, 0x7FF8000000000000, 0.0], [0.6131808571452327, 0.13681914285476726, 0.0]]> : tensor<4x3xf64>
  // exp magnifies an ulp of y, 1e-13 near 1000.
  check.expect_close %g, %expected atol 1.0e-15 rtol 1.0e-12 : tensor<4x3xf64>
  return
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf64>)
func.func @rule(%x: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  // CHECK: %[[Y:.*]] = nn.logsumexp %[[X]] dims [0, 2]
  // CHECK: %[[LOWEST:.*]] = nn.constant dense<-1.797{{.*}}E+308> : tensor<3xf64>
  // CHECK: %[[BOUNDED:.*]] = nn.maximum %[[Y]], %[[LOWEST]]
  // CHECK: %[[YS:.*]] = nn.broadcast %[[BOUNDED]] dims [1]
  // CHECK: %[[S:.*]] = nn.sub %[[X]], %[[YS]]
  // CHECK: %[[E:.*]] = nn.exp %[[S]]
  // CHECK: %[[G:.*]] = nn.broadcast %{{.*}} dims [1]
  // CHECK: %[[D:.*]] = nn.mul %[[G]], %[[E]]
  // CHECK: return %[[D]]
  %y = nn.logsumexp %x dims [0, 2] : tensor<2x3x5xf64>
  %loss = nn.reduce sum %y dims [0] : tensor<3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<2x3x5xf64> -> tensor<2x3x5xf64>
  return %g : tensor<2x3x5xf64>
}

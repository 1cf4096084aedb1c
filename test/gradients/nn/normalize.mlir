// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @columns(%x: tensor<5x3xf64>) -> tensor<5x3xf64> {
  %y = nn.normalize %x dims [0] epsilon 0.001 : tensor<5x3xf64>
  return %y : tensor<5x3xf64>
}

func.func @rows(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.normalize %x dims [1] epsilon 0.25 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @middle(%x: tensor<2x3x4xf64>) -> tensor<2x3x4xf64> {
  %y = nn.normalize %x dims [1] epsilon 0.001 : tensor<2x3x4xf64>
  return %y : tensor<2x3x4xf64>
}

func.func @uncentered(%x: tensor<2x3x4xf64>) -> tensor<2x3x4xf64> {
  %y = nn.normalize %x dims [0, 2] epsilon 0.125 uncentered : tensor<2x3x4xf64>
  return %y : tensor<2x3x4xf64>
}

// The closed form: nothing is differentiated through mean and variance.
// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>, %[[T:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>, %t: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK: %[[Y:.*]] = nn.normalize %[[X]] dims [1] epsilon 1.250000e-01
  // CHECK: nn.mul %[[Y]], %[[T]]
  // CHECK: %[[G:.*]] = nn.mul %{{.*}}, %[[T]]
  // CHECK: %[[GY:.*]] = nn.mul %[[G]], %[[Y]]
  // CHECK: %[[SUM:.*]] = nn.reduce sum %[[GY]] dims [1]
  // CHECK: %[[MEAN:.*]] = nn.mul %[[SUM]], %{{.*}}
  // CHECK: %[[MEANS:.*]] = nn.broadcast %[[MEAN]] dims [0]
  // CHECK: %[[ALONG:.*]] = nn.mul %[[Y]], %[[MEANS]]
  // CHECK: nn.reduce sum %[[G]] dims [1]
  // CHECK: %[[REST:.*]] = nn.sub %[[G]], %{{.*}}
  // CHECK: nn.rsqrt
  // CHECK: %[[D:.*]] = nn.sub %[[REST]], %[[ALONG]]
  // CHECK: nn.mul %[[D]], %{{.*}}
  %y = nn.normalize %x dims [1] epsilon 0.125 : tensor<3x5xf64>
  %p = nn.mul %y, %t : tensor<3x5xf64>
  %loss = nn.reduce sum %p dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

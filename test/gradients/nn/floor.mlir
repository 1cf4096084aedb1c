// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The slope of floor x is zero: that of x * floor x is floor x.
func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %s = nn.floor %x : tensor<3x5xf64>
  %y = nn.mul %x, %s : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK: %[[S:.*]] = nn.floor %[[X]]
  // CHECK: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.mul %[[G]], %[[S]]
  // CHECK: return %[[D]]
  %s = nn.floor %x : tensor<3x5xf64>
  %y = nn.mul %x, %s : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

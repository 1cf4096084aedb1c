// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The slope of round x is zero: that of x * round x is round x.
func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %s = nn.round %x : tensor<3x5xf64>
  %y = nn.mul %x, %s : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK: %[[S:.*]] = nn.round %[[X]]
  // CHECK: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.mul %[[G]], %[[S]]
  // CHECK: return %[[D]]
  %s = nn.round %x : tensor<3x5xf64>
  %y = nn.mul %x, %s : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

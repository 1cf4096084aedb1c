// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// Distinct factors: a gradient in the wrong order would show.
func.func @values(%x: tensor<3x5xf64>, %w: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %r = nn.reverse %x dims [1] : tensor<3x5xf64>
  %y = nn.mul %r, %w : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>, %[[W:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>, %w: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK: %[[B:.*]] = nn.broadcast
  // CHECK: %[[G:.*]] = nn.mul %[[B]], %[[W]]
  // CHECK: %[[R:.*]] = nn.reverse %[[G]] dims [0, 1]
  // CHECK: return %[[R]]
  %r = nn.reverse %x dims [0, 1] : tensor<3x5xf64>
  %y = nn.mul %r, %w : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @merge(%x: tensor<2x3x5xf64>) -> tensor<6x5xf64> {
  %r = nn.reshape %x : tensor<2x3x5xf64> -> tensor<6x5xf64>
  %y = nn.mul %r, %r : tensor<6x5xf64>
  return %y : tensor<6x5xf64>
}

func.func @to_scalar(%x: tensor<1x1xf64>) -> tensor<f64> {
  %r = nn.reshape %x : tensor<1x1xf64> -> tensor<f64>
  %y = nn.exp %r : tensor<f64>
  return %y : tensor<f64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf64>)
func.func @rule(%x: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.reshape %[[G]] : tensor<6x5xf64> -> tensor<2x3x5xf64>
  // CHECK: return %[[D]]
  %y = nn.reshape %x : tensor<2x3x5xf64> -> tensor<6x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<6x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<2x3x5xf64> -> tensor<2x3x5xf64>
  return %g : tensor<2x3x5xf64>
}

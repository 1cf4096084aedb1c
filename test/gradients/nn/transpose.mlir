// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @matrix(%x: tensor<3x5xf64>) -> tensor<5x3xf64> {
  %y = nn.transpose %x perm [1, 0] : tensor<3x5xf64>
  return %y : tensor<5x3xf64>
}

func.func @rotation(%x: tensor<2x3x5xf64>) -> tensor<5x2x3xf64> {
  %y = nn.transpose %x perm [2, 0, 1] : tensor<2x3x5xf64>
  return %y : tensor<5x2x3xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf64>)
func.func @rule(%x: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.transpose %[[G]] perm [1, 2, 0]
  // CHECK: return %[[D]]
  %y = nn.transpose %x perm [2, 0, 1] : tensor<2x3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1, 2] : tensor<5x2x3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<2x3x5xf64> -> tensor<2x3x5xf64>
  return %g : tensor<2x3x5xf64>
}

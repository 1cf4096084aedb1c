// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @box(%x: tensor<4x7xf64>) -> tensor<2x5xf64> {
  %y = nn.slice %x from [1, 2] to [3, 7] by [1, 1] : tensor<4x7xf64>
  return %y : tensor<2x5xf64>
}

func.func @strided(%x: tensor<4x7xf64>) -> tensor<2x3xf64> {
  %y = nn.slice %x from [0, 1] to [4, 7] by [3, 2] : tensor<4x7xf64>
  return %y : tensor<2x3xf64>
}

func.func @stride_leaves_a_rest(%x: tensor<8xf64>) -> tensor<2xf64> {
  %y = nn.slice %x from [1] to [7] by [4] : tensor<8xf64>
  return %y : tensor<2xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<4x7xf64>)
func.func @rule(%x: tensor<4x7xf64>) -> tensor<4x7xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.pad %[[G]] low [0, 1] by [3, 2] size [4, 7]
  // CHECK: return %[[D]]
  %y = nn.slice %x from [0, 1] to [4, 7] by [3, 2] : tensor<4x7xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<2x3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<4x7xf64> -> tensor<4x7xf64>
  return %g : tensor<4x7xf64>
}

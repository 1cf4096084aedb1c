// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @new_leading(%x: tensor<5xf64>) -> tensor<3x5xf64> {
  %y = nn.broadcast %x dims [1] : tensor<5xf64> -> tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @new_trailing(%x: tensor<3xf64>) -> tensor<3x5xf64> {
  %y = nn.broadcast %x dims [0] : tensor<3xf64> -> tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @new_middle(%x: tensor<2x5xf64>) -> tensor<2x3x5xf64> {
  %y = nn.broadcast %x dims [0, 2] : tensor<2x5xf64> -> tensor<2x3x5xf64>
  return %y : tensor<2x3x5xf64>
}

func.func @scalar(%x: tensor<f64>) -> tensor<3x5xf64> {
  %y = nn.broadcast %x dims [] : tensor<f64> -> tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x5xf64>)
func.func @rule(%x: tensor<2x5xf64>) -> tensor<2x5xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.reduce sum %[[G]] dims [1] :
  // CHECK: return %[[D]]
  %y = nn.broadcast %x dims [0, 2] : tensor<2x5xf64> -> tensor<2x3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1, 2] : tensor<2x3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<2x5xf64> -> tensor<2x5xf64>
  return %g : tensor<2x5xf64>
}

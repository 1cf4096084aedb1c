// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @around(%x: tensor<2x3xf64>) -> tensor<5x7xf64> {
  %y = nn.pad %x low [1, 2] by [1, 1] size [5, 7] : tensor<2x3xf64>
  return %y : tensor<5x7xf64>
}

func.func @between(%x: tensor<2x3xf64>) -> tensor<3x9xf64> {
  %y = nn.pad %x low [0, 1] by [2, 3] size [3, 9] : tensor<2x3xf64>
  return %y : tensor<3x9xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3xf64>)
func.func @rule(%x: tensor<2x3xf64>) -> tensor<2x3xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.slice %[[G]] from [0, 1] to [3, 8] by [2, 3]
  // CHECK: return %[[D]]
  %y = nn.pad %x low [0, 1] by [2, 3] size [3, 9] : tensor<2x3xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x9xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<2x3xf64> -> tensor<2x3xf64>
  return %g : tensor<2x3xf64>
}

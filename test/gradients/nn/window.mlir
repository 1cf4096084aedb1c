// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @overlap(%x: tensor<3x6x5xf64>) -> tensor<3x4x2x3x2xf64> {
  %y = nn.window %x dims [1, 2] size [3, 2] stride [1, 2] dilation [1, 2] at 3 : tensor<3x6x5xf64>
  return %y : tensor<3x4x2x3x2xf64>
}

func.func @gaps_and_rest(%x: tensor<9x2xf64>) -> tensor<2x2x2xf64> {
  %y = nn.window %x dims [0] size [2] stride [4] dilation [3] at 1 : tensor<9x2xf64>
  return %y : tensor<2x2x2xf64>
}

// CHECK-LABEL: func.func @rule
func.func @rule(%x: tensor<6xf64>) -> tensor<6xf64> {
  // CHECK: %[[D:.*]] = nn.sum_windows %{{.*}} dims [0] size [3] stride [2] dilation [1] at 1 : tensor<2x3xf64> -> tensor<6xf64>
  // CHECK: return %[[D]]
  %y = nn.window %x dims [0] size [3] stride [2] dilation [1] at 1 : tensor<6xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<2x3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<6xf64> -> tensor<6xf64>
  return %g : tensor<6xf64>
}

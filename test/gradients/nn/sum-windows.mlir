// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @overlap(%w: tensor<3x4x2x3x2xf64>) -> tensor<3x6x5xf64> {
  %y = nn.sum_windows %w dims [1, 2] size [3, 2] stride [1, 2] dilation [1, 2] at 3 : tensor<3x4x2x3x2xf64> -> tensor<3x6x5xf64>
  return %y : tensor<3x6x5xf64>
}

// CHECK-LABEL: func.func @rule
func.func @rule(%w: tensor<2x3xf64>) -> tensor<2x3xf64> {
  // CHECK: %[[D:.*]] = nn.window %{{.*}} dims [0] size [3] stride [2] dilation [1] at 1 : tensor<6xf64>
  // CHECK: return %[[D]]
  %y = nn.sum_windows %w dims [0] size [3] stride [2] dilation [1] at 1 : tensor<2x3xf64> -> tensor<6xf64>
  %loss = nn.reduce sum %y dims [0] : tensor<6xf64>
  %g = train.grad %loss wrt %w : tensor<f64>, tensor<2x3xf64> -> tensor<2x3xf64>
  return %g : tensor<2x3xf64>
}

// RUN: gradus-opt %s --check-gradients
// The rule is in conv-rule.mlir: it reads the kernel backwards, which has no derivative itself.

func.func @plain(%x: tensor<2x5x4x3xf64>, %w: tensor<4x3x2x3xf64>) -> tensor<2x3x3x4xf64> {
  %y = nn.conv %x, %w stride [1, 1] dilation [1, 1] : tensor<2x5x4x3xf64>, tensor<4x3x2x3xf64>
  return %y : tensor<2x3x3x4xf64>
}

// Strides leave a rest; kernels have gaps.
func.func @strides(%x: tensor<2x9x8x1xf64>, %w: tensor<3x3x2x1xf64>) -> tensor<2x3x3x3xf64> {
  %y = nn.conv %x, %w stride [2, 2] dilation [2, 3] : tensor<2x9x8x1xf64>, tensor<3x3x2x1xf64>
  return %y : tensor<2x3x3x3xf64>
}

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

// A stride and a dilation with a common factor: every other element of the input is read by none.
func.func @common_factor(%x: tensor<2x11x2xf64>, %w: tensor<3x3x2xf64>) -> tensor<2x2x3xf64> {
  %y = nn.conv %x, %w stride [4] dilation [2] : tensor<2x11x2xf64>, tensor<3x3x2xf64>
  return %y : tensor<2x2x3xf64>
}

func.func @strides_and_gaps(%x: tensor<1x14x13x2xf64>, %w: tensor<2x4x3x2xf64>) -> tensor<1x4x3x2xf64> {
  %y = nn.conv %x, %w stride [3, 4] dilation [1, 2] : tensor<1x14x13x2xf64>, tensor<2x4x3x2xf64>
  return %y : tensor<1x4x3x2xf64>
}

// The kernel is smaller than the stride, and elements at the end are left over.
func.func @kernel_of_one(%x: tensor<2x8x7x3xf64>, %w: tensor<4x1x1x3xf64>) -> tensor<2x3x4x4xf64> {
  %y = nn.conv %x, %w stride [3, 2] dilation [1, 1] : tensor<2x8x7x3xf64>, tensor<4x1x1x3xf64>
  return %y : tensor<2x3x4x4xf64>
}

// 25 phases are too many: the gradient is spread out.
func.func @patches(%x: tensor<1x11x15x2xf64>, %w: tensor<3x5x5x2xf64>) -> tensor<1x2x3x3xf64> {
  %y = nn.conv %x, %w stride [5, 5] dilation [1, 1] : tensor<1x11x15x2xf64>, tensor<3x5x5x2xf64>
  return %y : tensor<1x2x3x3xf64>
}

func.func @three_sizes(%x: tensor<1x6x5x7x2xf64>, %w: tensor<2x2x3x2x2xf64>) -> tensor<1x3x2x6x2xf64> {
  %y = nn.conv %x, %w stride [2, 2, 1] dilation [1, 1, 1] : tensor<1x6x5x7x2xf64>, tensor<2x2x3x2x2xf64>
  return %y : tensor<1x3x2x6x2xf64>
}

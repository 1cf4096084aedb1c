// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run
// RUN: gradus-opt %s --nn-decompose --nn-read-in-place --reference-run

func.func @channels() {
  %x = nn.constant dense<[[[-4.0, 1.0], [-1.0, 4.0], [2.0, -4.0], [5.0, -1.0], [-3.0, 2.0]], [[3.0, -3.0], [6.0, 0.0], [-2.0, 3.0], [1.0, 6.0], [4.0, -2.0]]]> : tensor<2x5x2xf32>
  %w = nn.constant dense<[[[-3.0, 2.0], [-1.0, -3.0]], [[0.0, -2.0], [2.0, 0.0]], [[3.0, 1.0], [-2.0, 3.0]]]> : tensor<3x2x2xf32>
  %y = nn.conv %x, %w stride [2] dilation [1] : tensor<2x5x2xf32>, tensor<3x2x2xf32>
  %expected = nn.constant dense<[[[3.0, -4.0, 3.0], [-16.0, 18.0, -11.0]], [[-21.0, 18.0, -6.0], [-7.0, -4.0, 13.0]]]> : tensor<2x2x3xf32>
  // Exact: sums of small integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x2x3xf32>
  return
}

func.func @two_dimensions() {
  %x = nn.constant dense<[[[[0.0], [3.0], [6.0], [9.0]], [[5.0], [8.0], [11.0], [1.0]], [[10.0], [0.0], [3.0], [6.0]], [[2.0], [5.0], [8.0], [11.0]]]]> : tensor<1x4x4x1xf64>
  %w = nn.constant dense<[[[[1.0], [-2.0]], [[3.0], [4.0]]]]> : tensor<1x2x2x1xf64>
  %y = nn.conv %x, %w stride [1, 2] dilation [2, 1] : tensor<1x4x4x1xf64>, tensor<1x2x2x1xf64>
  %expected = nn.constant dense<[[[[24.0], [21.0]], [[15.0], [77.0]]]]> : tensor<1x2x2x1xf64>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<1x2x2x1xf64>
  return
}

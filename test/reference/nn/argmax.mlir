// RUN: gradus-opt %s --reference-run

func.func @rows() {
  %x = nn.constant dense<[[1.0, 5.0, 2.0, 5.0], [-1.0, -3.0, -0.5, -2.0], [7.0, 0.0, 7.5, 1.0]]> : tensor<3x4xf32>
  %y = nn.argmax %x dim 1 : tensor<3x4xf32> -> tensor<3xi32>
  %expected = nn.constant dense<[1, 2, 2]> : tensor<3xi32>
  // Exact: indices. The first 5 wins in row 0.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xi32>
  return
}

func.func @columns() {
  %x = nn.constant dense<[[1.0, 5.0, 2.0, 5.0], [-1.0, -3.0, -0.5, -2.0], [7.0, 0.0, 7.5, 1.0]]> : tensor<3x4xf32>
  %y = nn.argmax %x dim 0 : tensor<3x4xf32> -> tensor<4xi64>
  %expected = nn.constant dense<[2, 0, 2, 0]> : tensor<4xi64>
  // Exact: indices.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4xi64>
  return
}

// NaN is the largest, and the first of several.
func.func @nan() {
  %x = nn.constant dense<[[3.0, 0x7FC00000, 5.0], [0x7FC00000, 0x7FC00000, 0x7F800000], [0xFF800000, 0xFF800000, 0xFF800000]]> : tensor<3x3xf32>
  %y = nn.argmax %x dim 1 : tensor<3x3xf32> -> tensor<3xi32>
  %expected = nn.constant dense<[1, 0, 0]> : tensor<3xi32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xi32>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @row_major() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.reshape %x : tensor<2x3xf32> -> tensor<3x2xf32>
  %expected = nn.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x2xf32>
  return
}

func.func @scalar() {
  %x = nn.constant dense<[[7]]> : tensor<1x1xi32>
  %y = nn.reshape %x : tensor<1x1xi32> -> tensor<i32>
  %expected = nn.constant dense<7> : tensor<i32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<i32>
  return
}

func.func @more_dimensions() {
  %x = nn.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi64>
  %y = nn.reshape %x : tensor<6xi64> -> tensor<1x3x2xi64>
  %expected = nn.constant dense<[[[1, 2], [3, 4], [5, 6]]]> : tensor<1x3x2xi64>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<1x3x2xi64>
  return
}

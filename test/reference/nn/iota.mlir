// RUN: gradus-opt %s --reference-run

func.func @rows() {
  %y = nn.iota dim 0 : tensor<3x2xi32>
  %expected = nn.constant dense<[[0, 0], [1, 1], [2, 2]]> : tensor<3x2xi32>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x2xi32>
  return
}

func.func @columns() {
  %y = nn.iota dim 1 : tensor<2x3xf32>
  %expected = nn.constant dense<[[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]> : tensor<2x3xf32>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3xf32>
  return
}

func.func @middle() {
  %y = nn.iota dim 1 : tensor<2x3x2xi64>
  %expected = nn.constant dense<[[[0, 0], [1, 1], [2, 2]], [[0, 0], [1, 1], [2, 2]]]> : tensor<2x3x2xi64>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3x2xi64>
  return
}

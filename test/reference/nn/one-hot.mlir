// RUN: gradus-opt %s --reference-run

func.func @last_dimension() {
  %i = nn.constant dense<[2, 0, 4]> : tensor<3xi32>
  %y = nn.one_hot %i : tensor<3xi32> -> tensor<3x5xf32>
  %expected = nn.constant dense<[[0.0, 0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0]]> : tensor<3x5xf32>
  // Exact: zeros and ones.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf32>
  return
}

func.func @index_out_of_range_is_nowhere() {
  %i = nn.constant dense<[[-1, 1], [3, 2]]> : tensor<2x2xi64>
  %y = nn.one_hot %i : tensor<2x2xi64> -> tensor<2x2x3xi32>
  %expected = nn.constant dense<[[[0, 0, 0], [0, 1, 0]], [[0, 0, 0], [0, 0, 1]]]> : tensor<2x2x3xi32>
  // Exact: zeros and ones.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x2x3xi32>
  return
}

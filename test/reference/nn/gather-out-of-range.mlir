// RUN: gradus-opt %s --reference-run

func.func @index_out_of_range_is_clamped() {
  %t = nn.constant dense<[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0], [20.0, 21.0, 22.0], [30.0, 31.0, 32.0], [40.0, 41.0, 42.0]]> : tensor<5x3xf32>
  %i = nn.constant dense<[-3, 5, 100]> : tensor<3xi64>
  %y = nn.gather %t[%i] : tensor<5x3xf32>, tensor<3xi64>
  %expected = nn.constant dense<[[0.0, 1.0, 2.0], [40.0, 41.0, 42.0], [40.0, 41.0, 42.0]]> : tensor<3x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x3xf32>
  return
}

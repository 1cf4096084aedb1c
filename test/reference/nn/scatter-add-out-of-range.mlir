// RUN: gradus-opt %s --reference-run

func.func @index_out_of_range_is_clamped() {
  %u = nn.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %i = nn.constant dense<[-1, 9, 1]> : tensor<3xi64>
  %y = nn.scatter_add %u at %i : tensor<3xf32>, tensor<3xi64> -> tensor<3xf32>
  %expected = nn.constant dense<[1.0, 4.0, 2.0]> : tensor<3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

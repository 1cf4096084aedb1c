// RUN: gradus-opt %s --reference-run

func.func @rows_add_up() {
  %u = nn.constant dense<[[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [100.0, 200.0, 300.0], [0.5, 0.25, 0.125]]> : tensor<4x3xf32>
  %i = nn.constant dense<[2, 0, 2, 3]> : tensor<4xi32>
  %y = nn.scatter_add %u at %i : tensor<4x3xf32>, tensor<4xi32> -> tensor<5x3xf32>
  %expected = nn.constant dense<[[10.0, 20.0, 30.0], [0.0, 0.0, 0.0], [101.0, 202.0, 303.0], [0.5, 0.25, 0.125], [0.0, 0.0, 0.0]]> : tensor<5x3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5x3xf32>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @rows() {
  %t = nn.constant dense<[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0], [20.0, 21.0, 22.0], [30.0, 31.0, 32.0], [40.0, 41.0, 42.0]]> : tensor<5x3xf32>
  %i = nn.constant dense<[4, 0, 2, 2]> : tensor<4xi32>
  %y = nn.gather %t[%i] : tensor<5x3xf32>, tensor<4xi32>
  %expected = nn.constant dense<[[40.0, 41.0, 42.0], [0.0, 1.0, 2.0], [20.0, 21.0, 22.0], [20.0, 21.0, 22.0]]> : tensor<4x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4x3xf32>
  return
}

func.func @index_of_higher_rank() {
  %t = nn.constant dense<[1.5, 2.5, 3.5]> : tensor<3xf32>
  %i = nn.constant dense<[[2, 0], [1, 1]]> : tensor<2x2xi32>
  %y = nn.gather %t[%i] : tensor<3xf32>, tensor<2x2xi32>
  %expected = nn.constant dense<[[3.5, 1.5], [2.5, 2.5]]> : tensor<2x2xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x2xf32>
  return
}

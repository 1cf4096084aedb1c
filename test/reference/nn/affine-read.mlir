// RUN: gradus-opt %s --reference-run

func.func @diagonals() {
  %x = nn.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<7xf32>
  %y = nn.affine_read %x through affine_map<(i, j) -> (i + 2 * j)> : tensor<7xf32> -> tensor<3x3xf32>
  %expected = nn.constant dense<[[1.0, 3.0, 5.0], [2.0, 4.0, 6.0], [3.0, 5.0, 7.0]]> : tensor<3x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x3xf32>
  return
}

func.func @backwards() {
  %x = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %y = nn.affine_read %x through affine_map<(i) -> (1, 2 - i)> : tensor<2x3xi32> -> tensor<3xi32>
  %expected = nn.constant dense<[6, 5, 4]> : tensor<3xi32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xi32>
  return
}

func.func @around_and_between() {
  %x = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %y = nn.affine_read %x through affine_map<(i, j) -> (i - 1, j)> every [1, 3] else -0.5 : tensor<2x2xf32> -> tensor<4x5xf32>
  %expected = nn.constant dense<[[-0.5, -0.5, -0.5, -0.5, -0.5], [1.0, -0.5, -0.5, 2.0, -0.5],
                                 [3.0, -0.5, -0.5, 4.0, -0.5], [-0.5, -0.5, -0.5, -0.5, -0.5]]> : tensor<4x5xf32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4x5xf32>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @matrix() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.transpose %x perm [1, 0] : tensor<2x3xf32>
  %expected = nn.constant dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x2xf32>
  return
}

// Not its own inverse: result dimension k is input dimension perm[k].
func.func @rotation() {
  %x = nn.constant dense<
      [[[0.0, 1.0, 2.0, 3.0],
      [10.0, 11.0, 12.0, 13.0],
      [20.0, 21.0, 22.0, 23.0]],
      [[100.0, 101.0, 102.0, 103.0],
      [110.0, 111.0, 112.0, 113.0],
      [120.0, 121.0, 122.0, 123.0]]]> : tensor<2x3x4xf32>
  %y = nn.transpose %x perm [2, 0, 1] : tensor<2x3x4xf32>
  %expected = nn.constant dense<
      [[[0.0, 10.0, 20.0],
      [100.0, 110.0, 120.0]],
      [[1.0, 11.0, 21.0],
      [101.0, 111.0, 121.0]],
      [[2.0, 12.0, 22.0],
      [102.0, 112.0, 122.0]],
      [[3.0, 13.0, 23.0],
      [103.0, 113.0, 123.0]]]> : tensor<4x2x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4x2x3xf32>
  return
}

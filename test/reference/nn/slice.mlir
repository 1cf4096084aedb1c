// RUN: gradus-opt %s --reference-run

func.func @box() {
  %x = nn.constant dense<
      [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
      [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0],
      [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0],
      [30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0],
      [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0]]> : tensor<5x7xf32>
  %y = nn.slice %x from [1, 2] to [4, 5] by [1, 1] : tensor<5x7xf32>
  %expected = nn.constant dense<[[12.0, 13.0, 14.0], [22.0, 23.0, 24.0], [32.0, 33.0, 34.0]]> : tensor<3x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x3xf32>
  return
}

func.func @strided() {
  %x = nn.constant dense<
      [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
      [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0],
      [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0],
      [30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0],
      [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0]]> : tensor<5x7xf32>
  %y = nn.slice %x from [0, 1] to [5, 7] by [3, 2] : tensor<5x7xf32>
  %expected = nn.constant dense<[[1.0, 3.0, 5.0], [31.0, 33.0, 35.0]]> : tensor<2x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3xf32>
  return
}

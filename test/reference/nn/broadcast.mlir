// RUN: gradus-opt %s --reference-run

func.func @along_rows() {
  %x = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y = nn.broadcast %x dims [1] : tensor<3xf32> -> tensor<2x3xf32>
  %expected = nn.constant dense<[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]> : tensor<2x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3xf32>
  return
}

func.func @along_columns() {
  %x = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y = nn.broadcast %x dims [0] : tensor<3xf32> -> tensor<3x2xf32>
  %expected = nn.constant dense<[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]> : tensor<3x2xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x2xf32>
  return
}

func.func @square_shapes_keep_dims_apart() {
  %x = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %r = nn.broadcast %x dims [1] : tensor<3xf32> -> tensor<3x3xf32>
  %c = nn.broadcast %x dims [0] : tensor<3xf32> -> tensor<3x3xf32>
  %expected = nn.constant dense<[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]> : tensor<3x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %r, %expected atol 0.0 rtol 0.0 : tensor<3x3xf32>
  %expected2 = nn.constant dense<[[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [3.0, 3.0, 3.0]]> : tensor<3x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %c, %expected2 atol 0.0 rtol 0.0 : tensor<3x3xf32>
  return
}

func.func @middle() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.broadcast %x dims [0, 2] : tensor<2x3xf32> -> tensor<2x2x3xf32>
  %expected = nn.constant dense<[[[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0], [4.0, 5.0, 6.0]]]> : tensor<2x2x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x2x3xf32>
  return
}

func.func @scalar() {
  %x = nn.constant dense<true> : tensor<i1>
  %y = nn.broadcast %x dims [] : tensor<i1> -> tensor<3xi1>
  %expected = nn.constant dense<[true, true, true]> : tensor<3xi1>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xi1>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @plain() {
  %l = nn.constant dense<[[1.0, -2.0, 0.5], [3.0, 4.0, -1.0]]> : tensor<2x3xf32>
  %r = nn.constant dense<[[2.0, 0.0, 1.0, -1.0, 3.0], [1.0, -3.0, 2.0, 0.5, 4.0], [4.0, 2.0, -2.0, 6.0, 8.0]]> : tensor<3x5xf32>
  %y = nn.matmul %l, %r : tensor<2x3xf32>, tensor<3x5xf32>
  %expected = nn.constant dense<[[2.0, 7.0, -4.0, 1.0, -1.0], [6.0, -14.0, 13.0, -7.0, 17.0]]> : tensor<2x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x5xf32>
  return
}

func.func @transposed_rhs() {
  %l = nn.constant dense<[[1.0, -2.0, 0.5], [3.0, 4.0, -1.0]]> : tensor<2x3xf32>
  %r = nn.constant dense<[[2.0, 1.0, 4.0], [0.0, -3.0, 2.0], [1.0, 2.0, -2.0], [-1.0, 0.5, 6.0], [3.0, 4.0, 8.0]]> : tensor<5x3xf32>
  %y = nn.matmul %l, %r transpose_rhs : tensor<2x3xf32>, tensor<5x3xf32>
  %expected = nn.constant dense<[[2.0, 7.0, -4.0, 1.0, -1.0], [6.0, -14.0, 13.0, -7.0, 17.0]]> : tensor<2x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x5xf32>
  return
}

func.func @transposed_lhs() {
  %l = nn.constant dense<[[1.0, 3.0], [-2.0, 4.0], [0.5, -1.0]]> : tensor<3x2xf32>
  %r = nn.constant dense<[[2.0, 0.0, 1.0, -1.0, 3.0], [1.0, -3.0, 2.0, 0.5, 4.0], [4.0, 2.0, -2.0, 6.0, 8.0]]> : tensor<3x5xf32>
  %y = nn.matmul %l, %r transpose_lhs : tensor<3x2xf32>, tensor<3x5xf32>
  %expected = nn.constant dense<[[2.0, 7.0, -4.0, 1.0, -1.0], [6.0, -14.0, 13.0, -7.0, 17.0]]> : tensor<2x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x5xf32>
  return
}

func.func @transposed_lhs_and_transposed_rhs() {
  %l = nn.constant dense<[[1.0, 3.0], [-2.0, 4.0], [0.5, -1.0]]> : tensor<3x2xf32>
  %r = nn.constant dense<[[2.0, 1.0, 4.0], [0.0, -3.0, 2.0], [1.0, 2.0, -2.0], [-1.0, 0.5, 6.0], [3.0, 4.0, 8.0]]> : tensor<5x3xf32>
  %y = nn.matmul %l, %r transpose_lhs transpose_rhs : tensor<3x2xf32>, tensor<5x3xf32>
  %expected = nn.constant dense<[[2.0, 7.0, -4.0, 1.0, -1.0], [6.0, -14.0, 13.0, -7.0, 17.0]]> : tensor<2x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x5xf32>
  return
}

func.func @batched() {
  %l = nn.constant dense<[[[1.0, -2.0, 0.5], [3.0, 4.0, -1.0]], [[0.5, 1.0, 2.0], [-1.0, 0.25, 3.0]]]> : tensor<2x2x3xf32>
  %r = nn.constant dense<
      [[[2.0, 1.0, 4.0],
      [0.0, -3.0, 2.0],
      [1.0, 2.0, -2.0],
      [-1.0, 0.5, 6.0],
      [3.0, 4.0, 8.0]],
      [[3.0, 2.0, 5.0],
      [1.0, -2.0, 3.0],
      [2.0, 3.0, -1.0],
      [0.0, 1.5, 7.0],
      [4.0, 5.0, 9.0]]]> : tensor<2x5x3xf32>
  %y = nn.matmul %l, %r transpose_rhs : tensor<2x2x3xf32>, tensor<2x5x3xf32>
  %expected = nn.constant dense<[[[2.0, 7.0, -4.0, 1.0, -1.0], [6.0, -14.0, 13.0, -7.0, 17.0]], [[13.5, 4.5, 2.0, 15.5, 25.0], [12.5, 7.5, -4.25, 21.375, 24.25]]]> : tensor<2x2x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x2x5xf32>
  return
}

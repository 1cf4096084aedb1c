// RUN: gradus-opt %s --reference-run

func.func @rows() {
  %a = nn.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>
  %b = nn.constant dense<[[4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]> : tensor<2x3xf32>
  %y = nn.concat %a, %b dim 0 : tensor<1x3xf32>, tensor<2x3xf32>
  %expected = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]> : tensor<3x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x3xf32>
  return
}

func.func @three_of_different_width() {
  %a = nn.constant dense<[[1], [2]]> : tensor<2x1xi32>
  %b = nn.constant dense<[[3, 4], [5, 6]]> : tensor<2x2xi32>
  %c = nn.constant dense<[[7, 8, 9], [10, 11, 12]]> : tensor<2x3xi32>
  %y = nn.concat %a, %b, %c dim 1 : tensor<2x1xi32>, tensor<2x2xi32>, tensor<2x3xi32>
  %expected = nn.constant dense<[[1, 3, 4, 7, 8, 9], [2, 5, 6, 10, 11, 12]]> : tensor<2x6xi32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x6xi32>
  return
}

func.func @one() {
  %a = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y = nn.concat %a dim 0 : tensor<3xf32>
  %expected = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

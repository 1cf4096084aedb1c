// RUN: gradus-opt %s --reference-run

func.func @values() {
  %c = nn.constant dense<[[true, false, true], [false, false, true], [true, true, false], [false, true, false], [true, false, false]]> : tensor<5x3xi1>
  %l = nn.constant dense<[[1.5, -2.0, 0.25], [3.0, -0.5, 7.0], [0.75, 10.0, -4.0], [2.5, -1.25, 6.0], [8.0, 0.125, -9.0]]> : tensor<5x3xf64>
  %r = nn.constant dense<[[2.0, 0.5, -4.0], [-1.0, 0.25, 2.0], [8.0, -5.0, -4.0], [0.5, 2.0, -3.0], [4.0, 16.0, 0.0625]]> : tensor<5x3xf64>
  %y = nn.select %c, %l, %r : tensor<5x3xi1>, tensor<5x3xf64>
  %expected = nn.constant dense<[[1.5, 0.5, 0.25], [-1.0, 0.25, 7.0], [0.75, 10.0, -4.0], [0.5, -1.25, -3.0], [8.0, 16.0, 0.0625]]> : tensor<5x3xf64>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5x3xf64>
  return
}

// A NaN that is not taken leaves no trace.
func.func @other_side_does_not_leak() {
  %c = nn.constant dense<[true, false, true]> : tensor<3xi1>
  %l = nn.constant dense<[1.0, 0x7FF8000000000000, 3.0]> : tensor<3xf64>
  %r = nn.constant dense<[0x7FF8000000000000, -2.0, 0x7FF0000000000000]> : tensor<3xf64>
  %y = nn.select %c, %l, %r : tensor<3xi1>, tensor<3xf64>
  %expected = nn.constant dense<[1.0, -2.0, 3.0]> : tensor<3xf64>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf64>
  return
}

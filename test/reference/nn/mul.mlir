// RUN: gradus-opt %s --reference-run

func.func @values() {
  %l = nn.constant dense<[[1.5, -2.0, 0.25], [3.0, -0.5, 7.0], [0.75, 10.0, -4.0], [2.5, -1.25, 6.0], [8.0, 0.125, -9.0]]> : tensor<5x3xf64>
  %r = nn.constant dense<[[2.0, 0.5, -4.0], [-1.0, 0.25, 2.0], [8.0, -5.0, -4.0], [0.5, 2.0, -3.0], [4.0, 16.0, 0.0625]]> : tensor<5x3xf64>
  %y = nn.mul %l, %r : tensor<5x3xf64>
  %expected = nn.constant dense<[[3.0, -1.0, -1.0], [-3.0, -0.125, 14.0], [6.0, -50.0, 16.0], [1.25, -2.5, -18.0], [32.0, 2.0, -0.5625]]> : tensor<5x3xf64>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5x3xf64>
  return
}

func.func @special_values() {
  %l = nn.constant dense<[0x7FF0000000000000, 0x7FF0000000000000]> : tensor<2xf64>
  %r = nn.constant dense<[0.0, -2.0]> : tensor<2xf64>
  %y = nn.mul %l, %r : tensor<2xf64>
  %expected = nn.constant dense<[0x7FF8000000000000, 0xFFF0000000000000]> : tensor<2xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<2xf64>
  return
}

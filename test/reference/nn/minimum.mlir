// RUN: gradus-opt %s --reference-run

func.func @values() {
  %l = nn.constant dense<[[1.5, -2.0, 0.25], [3.0, -0.5, 7.0], [0.75, 10.0, -4.0], [2.5, -1.25, 6.0], [8.0, 0.125, -9.0]]> : tensor<5x3xf64>
  %r = nn.constant dense<[[2.0, 0.5, -4.0], [-1.0, 0.25, 2.0], [8.0, -5.0, -4.0], [0.5, 2.0, -3.0], [4.0, 16.0, 0.0625]]> : tensor<5x3xf64>
  %y = nn.minimum %l, %r : tensor<5x3xf64>
  %expected = nn.constant dense<[[1.5, -2.0, -4.0], [-1.0, -0.5, 2.0], [0.75, -5.0, -4.0], [0.5, -1.25, -3.0], [4.0, 0.125, -9.0]]> : tensor<5x3xf64>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5x3xf64>
  return
}

func.func @special_values() {
  %l = nn.constant dense<[0x7FF8000000000000, 1.0, 0x7FF0000000000000]> : tensor<3xf64>
  %r = nn.constant dense<[1.0, 0x7FF8000000000000, -3.0]> : tensor<3xf64>
  %y = nn.minimum %l, %r : tensor<3xf64>
  %expected = nn.constant dense<[0x7FF8000000000000, 0x7FF8000000000000, -3.0]> : tensor<3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

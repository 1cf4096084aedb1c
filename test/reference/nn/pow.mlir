// RUN: gradus-opt %s --reference-run

func.func @values() {
  %l = nn.constant dense<[[0.5, 2.0, 1.5], [3.0, 0.25, 7.0], [0.75, 1.0, 4.0]]> : tensor<3x3xf64>
  %r = nn.constant dense<[[2.0, 0.5, -4.0], [-1.0, 0.25, 2.0], [3.0, -5.0, 1.5]]> : tensor<3x3xf64>
  %y = nn.pow %l, %r : tensor<3x3xf64>
  %expected = nn.constant dense<[[0.25, 1.4142135623730951, 0.19753086419753085], [0.3333333333333333, 0.7071067811865476, 49.0], [0.421875, 1.0, 8.0]]> : tensor<3x3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x3xf64>
  return
}

func.func @special_values() {
  %l = nn.constant dense<[0.0, 0.0, -2.0, -2.0, 5.0]> : tensor<5xf64>
  %r = nn.constant dense<[0.0, 2.0, 3.0, 0.5, 0.0]> : tensor<5xf64>
  %y = nn.pow %l, %r : tensor<5xf64>
  %expected = nn.constant dense<[1.0, 0.0, -8.0, 0x7FF8000000000000, 1.0]> : tensor<5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5xf64>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.floor %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[-2.0, -1.0, -1.0, 0.0, 0.0], [0.0, 1.0, 2.0, 1.0, 1.0], [0.0, 1.0, 0.0, -1.0, -2.0]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// Negative numbers, ties, and where there is no number.
func.func @special_values() {
  %x = nn.constant dense<[-2.5, 2.5, -0.25, 1.0e+30, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<6xf64>
  %y = nn.floor %x : tensor<6xf64>
  %expected = nn.constant dense<[-3.0, 2.0, -1.0, 1.0e+30, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<6xf64>
  // All are exact.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<6xf64>
  return
}

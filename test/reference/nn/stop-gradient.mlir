// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.stop_gradient %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0x7FF0000000000000, 0x7FF8000000000000]> : tensor<2xf64>
  %y = nn.stop_gradient %x : tensor<2xf64>
  %expected = nn.constant dense<[0x7FF0000000000000, 0x7FF8000000000000]> : tensor<2xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<2xf64>
  return
}

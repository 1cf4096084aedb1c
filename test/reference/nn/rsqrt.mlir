// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[0.125, 0.25, 0.5], [0.75, 1.0, 1.5], [2.0, 2.25, 3.0], [4.0, 6.25, 9.0], [10.0, 0.0625, 100.0]]> : tensor<5x3xf64>
  %y = nn.rsqrt %x : tensor<5x3xf64>
  %expected = nn.constant dense<
      [[2.82842712474619, 2.0, 1.414213562373095],
      [1.1547005383792517, 1.0, 0.8164965809277261],
      [0.7071067811865475, 0.6666666666666666, 0.5773502691896258],
      [0.5, 0.4, 0.3333333333333333],
      [0.31622776601683794, 4.0, 0.1]]> : tensor<5x3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5x3xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0.0, 0x7FF0000000000000, -1.0]> : tensor<3xf64>
  %y = nn.rsqrt %x : tensor<3xf64>
  %expected = nn.constant dense<[0x7FF0000000000000, 0.0, 0x7FF8000000000000]> : tensor<3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.cos %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-0.8011436155469337, 0.5403023058681398, 0.9689124217106447, 1.0, 0.992197667229329],
      [0.8775825618903728, 0.7316888688738209, 0.5403023058681398, 0.0707372016677029, -0.4161468365471424],
      [-0.6281736227227391, -0.9899924966004454, -0.9364566872907963, -0.6536436208636119,
        0.8109631195052179]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0.0, 0x7FF8000000000000]> : tensor<2xf64>
  %y = nn.cos %x : tensor<2xf64>
  %expected = nn.constant dense<[1.0, 0x7FF8000000000000]> : tensor<2xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<2xf64>
  return
}

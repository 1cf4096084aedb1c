// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.erf %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-0.999593047982555, -0.8427007929497149, -0.2763263901682369, 0.0, 0.1403162048013338],
      [0.5204998778130465, 0.7111556336535151, 0.8427007929497149, 0.9661051464753108, 0.9953222650189527],
      [0.9985372834133188, 0.9999779095030014, -0.9999992569016276, 0.9999999845827421,
        -0.623240882188418]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<3xf64>
  %y = nn.erf %x : tensor<3xf64>
  %expected = nn.constant dense<[1.0, -1.0, 0x7FF8000000000000]> : tensor<3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.silu %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-0.18964545005310887, -0.2689414213699951, -0.10945587477855048, 0.0, 0.06640117167171954],
      [0.3112296656009273, 0.5093840243815447, 0.7310585786300049, 1.2263617142904655, 1.7615941559557646],
      [2.035463703977004, 2.8577223804672998, -0.10259280762974712, 3.928055160151634,
        -0.21790320958371612]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0.0, 1000.0, -1000.0]> : tensor<3xf64>
  %y = nn.silu %x : tensor<3xf64>
  %expected = nn.constant dense<[0.0, 1000.0, 0.0]> : tensor<3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

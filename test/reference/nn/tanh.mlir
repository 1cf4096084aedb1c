// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.tanh %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-0.9866142981514303, -0.7615941559557649, -0.24491866240370913, 0.0, 0.1243530017715962],
      [0.46211715726000974, 0.6351489523872873, 0.7615941559557649, 0.9051482536448664, 0.9640275800758169],
      [0.9780261147388136, 0.9950547536867305, -0.9981778976111987, 0.999329299739067,
        -0.5545997223493823]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0x7FF0000000000000, 0xFFF0000000000000, 40.0, 0x7FF8000000000000]> : tensor<4xf64>
  %y = nn.tanh %x : tensor<4xf64>
  %expected = nn.constant dense<[1.0, -1.0, 1.0, 0x7FF8000000000000]> : tensor<4xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<4xf64>
  return
}

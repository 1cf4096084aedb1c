// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.exp %x : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.0820849986238988, 0.36787944117144233, 0.7788007830714049, 1.0, 1.1331484530668263],
      [1.6487212707001282, 2.117000016612675, 2.718281828459045, 4.4816890703380645, 7.38905609893065],
      [9.487735836358526, 20.085536923187668, 0.0301973834223185, 54.598150033144236,
        0.5352614285189903]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0.0, 0xFFF0000000000000, 0x7FF0000000000000, 0x7FF8000000000000, 1000.0, -1000.0]> : tensor<6xf64>
  %y = nn.exp %x : tensor<6xf64>
  %expected = nn.constant dense<[1.0, 0.0, 0x7FF0000000000000, 0x7FF8000000000000, 0x7FF0000000000000, 0.0]> : tensor<6xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<6xf64>
  return
}

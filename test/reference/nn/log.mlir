// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[0.125, 0.25, 0.5], [0.75, 1.0, 1.5], [2.0, 2.25, 3.0], [4.0, 6.25, 9.0], [10.0, 0.0625, 100.0]]> : tensor<5x3xf64>
  %y = nn.log %x : tensor<5x3xf64>
  %expected = nn.constant dense<
      [[-2.0794415416798357, -1.3862943611198906, -0.6931471805599453],
      [-0.2876820724517809, 0.0, 0.4054651081081644],
      [0.6931471805599453, 0.8109302162163288, 1.0986122886681098],
      [1.3862943611198906, 1.8325814637483102, 2.1972245773362196],
      [2.302585092994046, -2.772588722239781, 4.605170185988092]]> : tensor<5x3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5x3xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[1.0, 0.0, 0x7FF0000000000000, -1.0, 0x7FF8000000000000]> : tensor<5xf64>
  %y = nn.log %x : tensor<5xf64>
  %expected = nn.constant dense<[0.0, 0xFFF0000000000000, 0x7FF0000000000000, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5xf64>
  return
}

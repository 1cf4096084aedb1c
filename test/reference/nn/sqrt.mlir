// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[0.125, 0.25, 0.5], [0.75, 1.0, 1.5], [2.0, 2.25, 3.0], [4.0, 6.25, 9.0], [10.0, 0.0625, 100.0]]> : tensor<5x3xf64>
  %y = nn.sqrt %x : tensor<5x3xf64>
  %expected = nn.constant dense<
      [[0.3535533905932738, 0.5, 0.7071067811865476],
      [0.8660254037844386, 1.0, 1.224744871391589],
      [1.4142135623730951, 1.5, 1.7320508075688772],
      [2.0, 2.5, 3.0],
      [3.1622776601683795, 0.25, 10.0]]> : tensor<5x3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5x3xf64>
  return
}

// At the edges of the domain.
func.func @special_values() {
  %x = nn.constant dense<[0.0, 0x7FF0000000000000, -1.0]> : tensor<3xf64>
  %y = nn.sqrt %x : tensor<3xf64>
  %expected = nn.constant dense<[0.0, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<3xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

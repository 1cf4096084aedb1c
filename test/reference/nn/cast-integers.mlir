// RUN: gradus-opt %s --reference-run

func.func @float_to_integer_truncates() {
  %x = nn.constant dense<[2.75, -2.75, 0.5, -0.5, 7.0]> : tensor<5xf64>
  %y = nn.cast %x : tensor<5xf64> -> tensor<5xi32>
  %expected = nn.constant dense<[2, -2, 0, 0, 7]> : tensor<5xi32>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5xi32>
  return
}

func.func @integer_to_float() {
  %x = nn.constant dense<[3, -4, 100000]> : tensor<3xi64>
  %y = nn.cast %x : tensor<3xi64> -> tensor<3xf32>
  %expected = nn.constant dense<[3.0, -4.0, 100000.0]> : tensor<3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]> : tensor<3x5xf64>
  %l = nn.constant dense<[2, 0, 4]> : tensor<3xi32>
  %y = nn.softmax_cross_entropy %x, %l : tensor<3x5xf64>, tensor<3xi32>
  %expected = nn.constant dense<[0.7194101846493183, 0.7847506346658881, 1.6188268836736226]> : tensor<3xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3xf64>
  return
}

func.func @label_out_of_range_is_infinite() {
  %x = nn.constant dense<[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]> : tensor<3x5xf64>
  %l = nn.constant dense<[-1, 1, 5]> : tensor<3xi64>
  %y = nn.softmax_cross_entropy %x, %l : tensor<3x5xf64>, tensor<3xi64>
  %expected = nn.constant dense<[0x7FF0000000000000, 0.7847506346658881, 0x7FF0000000000000]> : tensor<3xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3xf64>
  return
}

func.func @sequence_of_samples() {
  %x = nn.constant dense<[[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0]], [[3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]]> : tensor<2x2x5xf64>
  %l = nn.constant dense<[[1, 3], [0, 2]]> : tensor<2x2xi32>
  %y = nn.softmax_cross_entropy %x, %l : tensor<2x2x5xf64>, tensor<2x2xi32>
  %expected = nn.constant dense<[[3.7194101846493184, 3.784750634665888], [0.7847506346658881, 0.8688268836736227]]> : tensor<2x2xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<2x2xf64>
  return
}

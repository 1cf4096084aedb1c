// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.neg %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[2.5, 1.0, 0.25, -0.0, -0.125], [-0.5, -0.75, -1.0, -1.5, -2.0], [-2.25, -3.0, 3.5, -4.0, 0.625]]> : tensor<3x5xf64>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}

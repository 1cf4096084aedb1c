// RUN: gradus-opt %s --reference-run

func.func @default_slope() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.leaky_relu %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[-0.025, -0.01, -0.0025, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -0.035, 4.0, -0.00625]]> : tensor<3x5xf64>
  // One multiplication, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-16 rtol 1.0e-15 : tensor<3x5xf64>
  return
}

func.func @given_slope() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %y = nn.leaky_relu %x {slope = 0.25 : f64} : tensor<3x5xf64>
  %expected = nn.constant dense<[[-0.625, -0.25, -0.0625, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -0.875, 4.0, -0.15625]]> : tensor<3x5xf64>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}

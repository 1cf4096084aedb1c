// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.clamp %x from -1.0 to 1.0 : tensor<3x5xf64>
  %expected = nn.constant dense<[[-1.0, -1.0, -0.75, 0.5, 0.25], [0.125, 1.0, 1.0, 1.0, 1.0], [0.375, 1.0, 0.625, -0.5, -1.0]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

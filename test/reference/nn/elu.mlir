// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.elu %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[-0.7768698398515702, -0.6321205588285577, -0.5276334472589853, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.3934693402873666, -0.8646647167633873]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// Near zero, where e^x - 1 cancels, and far from it; by Python's decimal.
func.func @special_values() {
  %x = nn.constant dense<[-1.0e-09, -30.0, 1.0e-09, 800.0, -800.0, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<8xf64>
  %y = nn.elu %x : tensor<8xf64>
  %expected = nn.constant dense<[-9.999999995e-10, -0.9999999999999064, 1.0e-09, 800.0, -1.0, 0x7FF0000000000000, -1.0, 0x7FF8000000000000]> : tensor<8xf64>
  // Literals of 16 digits; tanh and log err by an ulp or two each.
  check.expect_close %y, %expected atol 1.0e-300 rtol 1.0e-14 : tensor<8xf64>
  return
}

func.func @alpha() {
  %x = nn.constant dense<[-0.5, 2.0]> : tensor<2xf64>
  %y = nn.elu %x {alpha = 0.5 : f64} : tensor<2xf64>
  // 0.5 (e^-0.5 - 1)
  %expected = nn.constant dense<[-0.1967346701436833, 2.0]> : tensor<2xf64>
  // A literal of 16 digits.
  check.expect_close %y, %expected atol 0.0 rtol 1.0e-14 : tensor<2xf64>
  return
}

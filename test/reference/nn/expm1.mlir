// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.expm1 %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[-0.7768698398515702, -0.6321205588285577, -0.5276334472589853, 0.6487212707001282, 0.2840254166877414], [0.13314845306682632, 2.4903429574618414, 6.38905609893065, 3.4816890703380645, 4.754602676005731], [0.45499141461820125, 1.718281828459045, 0.8682459574322223, -0.3934693402873666, -0.8646647167633873]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// Near zero, where e^x - 1 cancels, and far from it; by Python's decimal.
func.func @special_values() {
  %x = nn.constant dense<[1.0e-09, -1.0e-09, 0.984375, 1.015625, -30.0, 800.0, -800.0, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<10xf64>
  %y = nn.expm1 %x : tensor<10xf64>
  %expected = nn.constant dense<[1.0000000005000001e-09, -9.999999995e-10, 1.6761387748944767, 1.7610885385501016, -0.9999999999999064, 0x7FF0000000000000, -1.0, 0x7FF0000000000000, -1.0, 0x7FF8000000000000]> : tensor<10xf64>
  // Literals of 16 digits; tanh and log err by an ulp or two each.
  check.expect_close %y, %expected atol 1.0e-300 rtol 1.0e-14 : tensor<10xf64>
  return
}

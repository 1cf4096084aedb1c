// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.softplus %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[0.20141327798275246, 0.31326168751822286, 0.3868710061149, 0.9740769841801067, 0.8259394198788436], [0.757599035317169, 1.501929081345373, 2.1269280110429727, 1.7014132779827524, 1.9102241504380872], [0.89812326413984, 1.3132616875182228, 1.0537006782765186, 0.4740769841801067, 0.1269280110429726]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// Far from zero, and where there is no number; by Python's decimal.
func.func @special_values() {
  %x = nn.constant dense<[-40.0, -5.5, 0.0, 30.0, 800.0, -800.0, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  %y = nn.softplus %x : tensor<9xf64>
  %expected = nn.constant dense<[4.248354255291589e-18, 0.0040784432705707205, 0.6931471805599453, 30.000000000000092, 800.0, 0.0, 0x7FF0000000000000, 0.0, 0x7FF8000000000000]> : tensor<9xf64>
  // Literals of 16 digits; tanh and log err by an ulp or two each.
  check.expect_close %y, %expected atol 1.0e-300 rtol 1.0e-14 : tensor<9xf64>
  return
}

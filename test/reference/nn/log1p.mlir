// RUN: gradus-opt %s --reference-run

func.func @values() {
  %x = nn.constant dense<[[0.9375, 0.6875, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, 1.1875]]> : tensor<3x5xf64>
  %y = nn.log1p %x : tensor<3x5xf64>
  %expected = nn.constant dense<[[0.661398482245365, 0.5232481437645479, -1.3862943611198906, 0.4054651081081644, 0.22314355131420976], [0.11778303565638346, 0.8109302162163288, 1.0986122886681096, 0.9162907318741551, 1.0116009116784799], [0.3184537311185346, 0.6931471805599453, 0.48550781578170077, -0.6931471805599453, 0.7827593392496325]]> : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}

// Near zero, where 1 + x loses x, and at the edges; by Python's decimal.
func.func @special_values() {
  %x = nn.constant dense<[1.0e-09, -1.0e-09, 1.0e-20, -0.75, 1.0e+30, -1.0, -2.0, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  %y = nn.log1p %x : tensor<9xf64>
  %expected = nn.constant dense<[9.999999995e-10, -1.0000000005000001e-09, 1.0e-20, -1.3862943611198906, 69.07755278982137, 0xFFF0000000000000, 0x7FF8000000000000, 0x7FF0000000000000, 0x7FF8000000000000]> : tensor<9xf64>
  // Literals of 16 digits; tanh and log err by an ulp or two each.
  check.expect_close %y, %expected atol 1.0e-300 rtol 1.0e-14 : tensor<9xf64>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @integers() {
  %l = nn.constant dense<[3, -4, 5]> : tensor<3xi64>
  %r = nn.constant dense<[3, 2, -5]> : tensor<3xi64>
  %y = nn.compare lt %l, %r : tensor<3xi64> -> tensor<3xi1>
  %expected = nn.constant dense<[false, true, false]> : tensor<3xi1>
  // Exact: truth values.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xi1>
  return
}

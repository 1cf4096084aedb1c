// RUN: gradus-opt %s --reference-run

func.func @integers() {
  %l = nn.constant dense<[7, -7, 12, 5, -1]> : tensor<5xi32>
  %r = nn.constant dense<[2, 3, -4, 5, 9]> : tensor<5xi32>
  %y = nn.div %l, %r : tensor<5xi32>
  %expected = nn.constant dense<[3, -2, -3, 1, 0]> : tensor<5xi32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5xi32>
  return
}

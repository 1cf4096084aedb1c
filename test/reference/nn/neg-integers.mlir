// RUN: gradus-opt %s --reference-run

func.func @integers() {
  %x = nn.constant dense<[5, -3, 0, 7, -11]> : tensor<5xi32>
  %y = nn.neg %x : tensor<5xi32>
  %expected = nn.constant dense<[-5, 3, 0, -7, 11]> : tensor<5xi32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5xi32>
  return
}

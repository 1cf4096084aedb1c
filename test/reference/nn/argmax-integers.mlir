// RUN: gradus-opt %s --reference-run

func.func @integers() {
  %x = nn.constant dense<[-9, -4, -7]> : tensor<3xi32>
  %y = nn.argmax %x dim 0 : tensor<3xi32> -> tensor<i32>
  %expected = nn.constant dense<1> : tensor<i32>
  // Exact: indices.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<i32>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @splat_and_list() {
  %s = nn.constant dense<1.5> : tensor<3xf32>
  %l = nn.constant dense<[1.5, 1.5, 1.5]> : tensor<3xf32>
  // Exact: no arithmetic.
  check.expect_close %s, %l atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

func.func @scalar_and_integers() {
  %s = nn.constant dense<-7> : tensor<i64>
  %b = nn.broadcast %s dims [] : tensor<i64> -> tensor<2x1xi64>
  %expected = nn.constant dense<[[-7], [-7]]> : tensor<2x1xi64>
  // Exact: no arithmetic.
  check.expect_close %b, %expected atol 0.0 rtol 0.0 : tensor<2x1xi64>
  return
}

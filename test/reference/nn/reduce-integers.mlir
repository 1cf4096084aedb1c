// RUN: gradus-opt %s --reference-run

func.func @sum_all_integers() {
  %x = nn.constant dense<[[3, -1, 4], [1, -5, 9]]> : tensor<2x3xi32>
  %y = nn.reduce sum %x dims [0, 1] : tensor<2x3xi32>
  %expected = nn.constant dense<11> : tensor<i32>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<i32>
  return
}

func.func @max_all_integers() {
  %x = nn.constant dense<[[3, -1, 4], [1, -5, 9]]> : tensor<2x3xi32>
  %y = nn.reduce max %x dims [0, 1] : tensor<2x3xi32>
  %expected = nn.constant dense<9> : tensor<i32>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<i32>
  return
}

func.func @min_all_integers() {
  %x = nn.constant dense<[[3, -1, 4], [1, -5, 9]]> : tensor<2x3xi32>
  %y = nn.reduce min %x dims [0, 1] : tensor<2x3xi32>
  %expected = nn.constant dense<-5> : tensor<i32>
  // Exact: integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<i32>
  return
}

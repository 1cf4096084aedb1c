// RUN: gradus-opt %s --reference-run

func.func @windows() {
  %x = nn.constant dense<[[-2.0, 1.0], [2.0, 5.0], [6.0, 0.0], [1.0, 4.0]]> : tensor<4x2xf32>
  %w = nn.constant dense<[[-3.0, 2.0, 0.0], [-1.0, -3.0, 2.0], [1.0, -1.0, -3.0], [3.0, 1.0, -1.0]]> : tensor<4x3xf32>
  %y = nn.contract %x, %w rows [3] terms [2, 2] through affine_map<(o, k, c) -> (o + k, c)> : tensor<4x2xf32>, tensor<4x3xf32>
  %expected = nn.constant dense<[[22.0, -4.0, -9.0], [-5.0, -17.0, -8.0], [-5.0, 15.0, -7.0]]> : tensor<3x3xf32>
  // Exact: sums of small integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x3xf32>
  return
}

func.func @transposed() {
  %x = nn.constant dense<[[-2.0, 1.0], [2.0, 5.0], [6.0, 0.0], [1.0, 4.0]]> : tensor<4x2xf64>
  %w = nn.constant dense<[[-3.0, -1.0, 1.0, 3.0], [2.0, -3.0, -1.0, 1.0], [0.0, 2.0, -3.0, -1.0]]> : tensor<3x4xf64>
  %y = nn.contract %x, %w transpose_rhs rows [3] terms [2, 2] through affine_map<(o, k, c) -> (o + k, c)> : tensor<4x2xf64>, tensor<3x4xf64>
  %expected = nn.constant dense<[[22.0, -4.0, -9.0], [-5.0, -17.0, -8.0], [-5.0, 15.0, -7.0]]> : tensor<3x3xf64>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x3xf64>
  return
}

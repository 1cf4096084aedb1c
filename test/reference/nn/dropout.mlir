// RUN: gradus-opt %s --reference-run

func.func @mask_is_that_of_random_uniform() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %seed = nn.constant dense<11> : tensor<i64>
  %step = nn.constant dense<3> : tensor<i64>
  %y = nn.dropout %x, %seed, %step rate 0.375 stream 5 : tensor<3x5xf64>
  %expected = nn.constant dense<[[-4.0, -1.6, -0.4, 0.0, 0.0], [0.0, 0.0, 0.0, 2.4, 3.2], [3.6, 4.8, -5.6, 6.4, 0.0]]> : tensor<3x5xf64>
  // One division.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-15 : tensor<3x5xf64>
  return
}

func.func @rate_zero_keeps_all() {
  %x = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  %seed = nn.constant dense<11> : tensor<i64>
  %step = nn.constant dense<3> : tensor<i64>
  %y = nn.dropout %x, %seed, %step rate 0.0 stream 5 : tensor<3x5xf64>
  %expected = nn.constant dense<[[-2.5, -1.0, -0.25, 0.0, 0.125], [0.5, 0.75, 1.0, 1.5, 2.0], [2.25, 3.0, -3.5, 4.0, -0.625]]> : tensor<3x5xf64>
  // Exact: divided by one.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}

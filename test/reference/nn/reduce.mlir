// RUN: gradus-opt %s --reference-run

func.func @sum_last() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce sum %x dims [2] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[[-5.0, -16.0, 4.0], [-7.0, 13.0, 2.0]]> : tensor<2x3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3xf32>
  return
}

func.func @sum_first() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce sum %x dims [0] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[[-18.0, -4.0, 10.0, -7.0, 7.0], [-10.0, 4.0, 18.0, 1.0, -16.0], [-2.0, 12.0, -5.0, 9.0, -8.0]]> : tensor<3x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf32>
  return
}

func.func @sum_outer() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce sum %x dims [0, 2] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[-12.0, -3.0, 6.0]> : tensor<3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

func.func @max_last() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce max %x dims [2] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[[13.0, 10.0, 14.0], [11.0, 15.0, 12.0]]> : tensor<2x3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3xf32>
  return
}

func.func @max_first() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce max %x dims [0] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[[-3.0, 4.0, 11.0, 6.0, 13.0], [1.0, 8.0, 15.0, 10.0, -2.0], [5.0, 12.0, 7.0, 14.0, 2.0]]> : tensor<3x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf32>
  return
}

func.func @max_outer() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce max %x dims [0, 2] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[13.0, 15.0, 14.0]> : tensor<3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

func.func @min_last() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce min %x dims [2] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[[-15.0, -14.0, -10.0], [-13.0, -9.0, -12.0]]> : tensor<2x3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3xf32>
  return
}

func.func @min_first() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce min %x dims [0] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[[-15.0, -8.0, -1.0, -13.0, -6.0], [-11.0, -4.0, 3.0, -9.0, -14.0], [-7.0, 0.0, -12.0, -5.0, -10.0]]> : tensor<3x5xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf32>
  return
}

func.func @min_outer() {
  %x = nn.constant dense<
      [[[-15.0, -8.0, -1.0, 6.0, 13.0],
      [-11.0, -4.0, 3.0, 10.0, -14.0],
      [-7.0, 0.0, 7.0, 14.0, -10.0]],
      [[-3.0, 4.0, 11.0, -13.0, -6.0],
      [1.0, 8.0, 15.0, -9.0, -2.0],
      [5.0, 12.0, -12.0, -5.0, 2.0]]]> : tensor<2x3x5xf32>
  %y = nn.reduce min %x dims [0, 2] : tensor<2x3x5xf32>
  %expected = nn.constant dense<[-15.0, -14.0, -12.0]> : tensor<3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

func.func @nan_passes() {
  %x = nn.constant dense<[1.0, 0x7FF8000000000000, 3.0]> : tensor<3xf64>
  %y = nn.reduce max %x dims [0] : tensor<3xf64>
  %z = nn.reduce min %x dims [0] : tensor<3xf64>
  %expected = nn.constant dense<0x7FF8000000000000> : tensor<f64>
  // NaN equals NaN.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<f64>
  %expected2 = nn.constant dense<0x7FF8000000000000> : tensor<f64>
  // NaN equals NaN.
  check.expect_close %z, %expected2 atol 0.0 rtol 0.0 : tensor<f64>
  return
}

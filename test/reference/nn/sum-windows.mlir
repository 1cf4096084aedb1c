// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run

func.func @overlap() {
  %w = nn.constant dense<[[[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]], [[30.0, 31.0, 32.0], [40.0, 41.0, 42.0]], [[60.0, 61.0, 62.0], [70.0, 71.0, 72.0]]], [[[100.0, 101.0, 102.0], [110.0, 111.0, 112.0]], [[130.0, 131.0, 132.0], [140.0, 141.0, 142.0]], [[160.0, 161.0, 162.0], [170.0, 171.0, 172.0]]]]> : tensor<2x3x2x3xf32>
  %y = nn.sum_windows %w dims [0, 1] size [2, 3] stride [2, 1] dilation [1, 1] at 2 : tensor<2x3x2x3xf32> -> tensor<4x5xf32>
  %expected = nn.constant dense<[[0.0, 31.0, 93.0, 93.0, 62.0], [10.0, 51.0, 123.0, 113.0, 72.0], [100.0, 231.0, 393.0, 293.0, 162.0], [110.0, 251.0, 423.0, 313.0, 172.0]]> : tensor<4x5xf32>
  // Exact: sums of small integers.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4x5xf32>
  return
}

func.func @dilated() {
  %w = nn.constant dense<[[[1.0, 2.0], [5.0, 6.0], [9.0, 10.0], [13.0, 14.0]], [[11.0, 12.0], [15.0, 16.0], [19.0, 20.0], [23.0, 24.0]]]> : tensor<2x4x2xf32>
  %y = nn.sum_windows %w dims [1] size [2] stride [2] dilation [2] at 0 : tensor<2x4x2xf32> -> tensor<4x5xf32>
  %expected = nn.constant dense<[[1.0, 0.0, 13.0, 0.0, 12.0], [5.0, 0.0, 21.0, 0.0, 16.0], [9.0, 0.0, 29.0, 0.0, 20.0], [13.0, 0.0, 37.0, 0.0, 24.0]]> : tensor<4x5xf32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4x5xf32>
  return
}

// No window reaches the elements between two of them, nor the last one.
func.func @gaps() {
  %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %y = nn.sum_windows %w dims [0] size [2] stride [3] dilation [1] at 1 : tensor<2x2xf64> -> tensor<6xf64>
  %expected = nn.constant dense<[1.0, 2.0, 0.0, 3.0, 4.0, 0.0]> : tensor<6xf64>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<6xf64>
  return
}

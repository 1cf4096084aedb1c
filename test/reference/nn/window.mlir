// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run

// The windows overlap along the second dimension; a third one does not fit along the first.
func.func @two_dimensions() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0], [11.0, 12.0, 13.0, 14.0, 15.0], [16.0, 17.0, 18.0, 19.0, 20.0]]> : tensor<4x5xf32>
  %y = nn.window %x dims [0, 1] size [2, 3] stride [2, 1] dilation [1, 1] at 2 : tensor<4x5xf32>
  %expected = nn.constant dense<[[[[1.0, 2.0, 3.0], [6.0, 7.0, 8.0]], [[2.0, 3.0, 4.0], [7.0, 8.0, 9.0]], [[3.0, 4.0, 5.0], [8.0, 9.0, 10.0]]], [[[11.0, 12.0, 13.0], [16.0, 17.0, 18.0]], [[12.0, 13.0, 14.0], [17.0, 18.0, 19.0]], [[13.0, 14.0, 15.0], [18.0, 19.0, 20.0]]]]> : tensor<2x3x2x3xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x3x2x3xf32>
  return
}

// The elements of a window lie apart, and come first in the result.
func.func @dilated() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0], [11.0, 12.0, 13.0, 14.0, 15.0], [16.0, 17.0, 18.0, 19.0, 20.0]]> : tensor<4x5xf32>
  %y = nn.window %x dims [1] size [2] stride [2] dilation [2] at 0 : tensor<4x5xf32>
  %expected = nn.constant dense<[[[1.0, 3.0], [6.0, 8.0], [11.0, 13.0], [16.0, 18.0]], [[3.0, 5.0], [8.0, 10.0], [13.0, 15.0], [18.0, 20.0]]]> : tensor<2x4x2xf32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<2x4x2xf32>
  return
}

// RUN: gradus-opt %s --reference-run

func.func @around() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.pad %x low [1, 2] by [1, 1] size [4, 6] : tensor<2x3xf32>
  %expected = nn.constant dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 4.0, 5.0, 6.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<4x6xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4x6xf32>
  return
}

func.func @between() {
  %x = nn.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %y = nn.pad %x low [0, 1] by [2, 3] size [3, 9] : tensor<2x3xf32>
  %expected = nn.constant dense<[[0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 0.0, 5.0, 0.0, 0.0, 6.0, 0.0]]> : tensor<3x9xf32>
  // Exact: the values are moved, not computed with.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x9xf32>
  return
}

func.func @of_another_value() {
  %x = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = nn.pad %x low [1] by [2] size [5] value 0xFFF0000000000000 : tensor<2xf32>
  %expected = nn.constant dense<[0xFF800000, 1.0, 0xFF800000, 2.0, 0xFF800000]> : tensor<5xf32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<5xf32>
  return
}

// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run

func.func @values() {
  %x = nn.constant dense<[[[1, 2, 3, 4]], [[5, 6, 7, 8]], [[9, 10, 11, 12]]]> : tensor<3x1x4xi32>
  %last = nn.reverse %x dims [2] : tensor<3x1x4xi32>
  %last_expected = nn.constant dense<[[[4, 3, 2, 1]], [[8, 7, 6, 5]], [[12, 11, 10, 9]]]> : tensor<3x1x4xi32>
  check.expect_close %last, %last_expected atol 0.0 rtol 0.0 : tensor<3x1x4xi32>
  %both = nn.reverse %x dims [0, 2] : tensor<3x1x4xi32>
  %both_expected = nn.constant dense<[[[12, 11, 10, 9]], [[8, 7, 6, 5]], [[4, 3, 2, 1]]]> : tensor<3x1x4xi32>
  check.expect_close %both, %both_expected atol 0.0 rtol 0.0 : tensor<3x1x4xi32>
  %none = nn.reverse %x dims [] : tensor<3x1x4xi32>
  check.expect_close %none, %x atol 0.0 rtol 0.0 : tensor<3x1x4xi32>
  return
}

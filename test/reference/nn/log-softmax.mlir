// RUN: gradus-opt %s --reference-run

func.func @rows() {
  %x = nn.constant dense<[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]> : tensor<3x5xf64>
  %y = nn.log_softmax %x dim 1 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-2.2194101846493184, -3.7194101846493184, -0.7194101846493183, -2.4694101846493184, -1.2194101846493184],
      [-0.7847506346658881, -0.7847506346658881, -5.784750634665889, -3.784750634665888, -2.784750634665888],
      [-1.3688268836736226, -2.3688268836736226, -0.8688268836736227, -3.3688268836736226,
        -1.6188268836736226]]> : tensor<3x5xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3x5xf64>
  return
}

func.func @columns() {
  %x = nn.constant dense<[[0.5, -1.0, 2.0, 0.25, 1.5], [3.0, 3.0, -2.0, 0.0, 1.0], [-4.0, -5.0, -3.5, -6.0, -4.25]]> : tensor<3x5xf64>
  %y = nn.log_softmax %x dim 0 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[-2.579732087672557, -4.018479302594657, -0.022155162157131997, -0.5770240873657464, -0.47605617589335747],
      [-0.0797320876725571, -0.018479302594657417, -4.022155162157132, -0.8270240873657464, -0.9760561758933575],
      [-7.079732087672557, -8.018479302594658, -5.522155162157132, -6.827024087365746,
        -6.2260561758933575]]> : tensor<3x5xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3x5xf64>
  return
}

func.func @does_not_overflow() {
  %x = nn.constant dense<[1000.0, 998.0, -1000.0]> : tensor<3xf64>
  %y = nn.log_softmax %x dim 0 : tensor<3xf64>
  %expected = nn.constant dense<[-0.1269280110429726, -2.1269280110429727, -2000.126928011043]> : tensor<3xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-13 : tensor<3xf64>
  return
}

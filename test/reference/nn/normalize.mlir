// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run

// Columns with the means 2 and -1 and the variances 2/3 and 6.
func.func @columns() {
  %x = nn.constant dense<[[1.0, -4.0], [2.0, -1.0], [3.0, 2.0]]> : tensor<3x2xf64>
  %y = nn.normalize %x dims [0] epsilon 0.0 : tensor<3x2xf64>
  %expected = nn.constant dense<[[-1.224744871391589, -1.224744871391589], [0.0, 0.0],
                                 [1.224744871391589, 1.224744871391589]]> : tensor<3x2xf64>
  // A few roundings of numbers near 1.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-15 : tensor<3x2xf64>
  return
}

// Mean 1 and variance 3, which epsilon makes 4.
func.func @epsilon() {
  %x = nn.constant dense<[[-2.0, 2.0], [2.0, 2.0]]> : tensor<2x2xf64>
  %y = nn.normalize %x dims [0, 1] epsilon 1.0 : tensor<2x2xf64>
  %expected = nn.constant dense<[[-1.5, 0.5], [0.5, 0.5]]> : tensor<2x2xf64>
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-15 : tensor<2x2xf64>
  return
}

// A root mean square of 5 and of 0, which epsilon keeps from dividing by zero.
func.func @uncentered() {
  %x = nn.constant dense<[[1.0, -7.0], [0.0, 0.0]]> : tensor<2x2xf64>
  %y = nn.normalize %x dims [1] epsilon 0.01 uncentered : tensor<2x2xf64>
  %expected = nn.constant dense<[[0.1999600119960014, -1.3997200839720099], [0.0, 0.0]]> : tensor<2x2xf64>
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-15 : tensor<2x2xf64>
  return
}

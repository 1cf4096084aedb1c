// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run
// Expected values are from Python's decimal, with 50 digits. Where a function has
// another tolerance, it says why.

func.func @rows() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.logsumexp %x dims [1] : tensor<3x5xf64>
  %expected = nn.constant dense<[1.3853246014171015, 3.1022898389729257, 1.9144762610476476]> : tensor<3xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

func.func @columns() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.logsumexp %x dims [0] : tensor<3x5xf64>
  %expected = nn.constant dense<[1.0336363484397626, 1.8835033316836294, 2.2751798369441, 1.9076059644443804, 1.9704582739855576]> : tensor<5xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<5xf64>
  return
}

func.func @all() {
  %x = nn.constant dense<[[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]> : tensor<3x5xf64>
  %y = nn.logsumexp %x dims [0, 1] : tensor<3x5xf64>
  %expected = nn.constant dense<3.497366200025124> : tensor<f64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<f64>
  return
}

// The first and the last of three dimensions.
func.func @outer() {
  %x = nn.constant dense<[[[0.5, -1.0, 2.0], [0.25, 1.5, -0.75]], [[1.25, 0.0, -2.5], [3.0, -0.25, 0.875]]]> : tensor<2x2x3xf64>
  %y = nn.logsumexp %x dims [0, 2] : tensor<2x2x3xf64>
  %expected = nn.constant dense<[2.6374907293438867, 3.384434128146174]> : tensor<2xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<2xf64>
  return
}

// Over no dimension each element is a sum of its own.
func.func @nothing() {
  %x = nn.constant dense<[[0.5, -1000.0, 2.25], [0xFFF0000000000000, 0x7FF0000000000000, 0x7FF8000000000000]]> : tensor<2x3xf64>
  %y = nn.logsumexp %x dims [] : tensor<2x3xf64>
  // Exact: x + ln e^0.
  check.expect_close %y, %x atol 0.0 rtol 0.0 : tensor<2x3xf64>
  return
}

// e^x of each row overflows, or is 0; the largest finite number is no infinity.
func.func @does_not_overflow() {
  %x = nn.constant dense<[[710.0, -3.0, 711.5], [-800.0, -801.25, -799.5], [1.0e308, -1.0e308, 5.0]]> : tensor<3x3xf64>
  %y = nn.logsumexp %x dims [1] : tensor<3x3xf64>
  %expected = nn.constant dense<[711.7014132779827, -798.9232155249638, 1.0e308]> : tensor<3xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3xf64>
  return
}

// As in PyTorch: the logarithm of 0 where there is nothing but -inf; +inf wins; NaN wins over both.
func.func @infinities() {
  %x = nn.constant dense<[[0xFFF0000000000000, 0xFFF0000000000000, 0xFFF0000000000000], [0xFFF0000000000000, 0.5, 2.25],
                          [1.5, 0x7FF0000000000000, 1000.0], [0x7FF0000000000000, 0xFFF0000000000000, 3.0],
                          [0x7FF8000000000000, 0x7FF0000000000000, 4.0], [0xFFF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000],
                          [0x7FF0000000000000, 0x7FF0000000000000, 0x7FF0000000000000]]> : tensor<7x3xf64>
  %y = nn.logsumexp %x dims [1] : tensor<7x3xf64>
  %expected = nn.constant dense<[0xFFF0000000000000, 2.4102241504380872, 0x7FF0000000000000, 0x7FF0000000000000,
                                 0x7FF8000000000000, 0x7FF8000000000000, 0x7FF0000000000000]> : tensor<7xf64>
  // Some ulp of exp and log, and literals of 16 digits.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<7xf64>
  return
}

// The bounds of the maximum are those of f32.
func.func @infinities_of_f32() {
  %x = nn.constant dense<[[0xFF800000, 0xFF800000], [0x7F800000, 88.0], [3.0e38, -3.0e38]]> : tensor<3x2xf32>
  %y = nn.logsumexp %x dims [1] : tensor<3x2xf32>
  %expected = nn.constant dense<[0xFF800000, 0x7F800000, 3.0e38]> : tensor<3xf32>
  // Exact: one element decides.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

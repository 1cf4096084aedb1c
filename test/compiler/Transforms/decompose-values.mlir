// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run
// The same numbers before and after. The expected ones were computed with
// Python's math module; a few ulp of exp and log separate them.

func.func @softmax() {
  %x = nn.constant dense<[[1.0, 2.0, 4.0], [1000.0, -1000.0, 999.0]]> : tensor<2x3xf64>
  %0 = nn.softmax %x dim 1 : tensor<2x3xf64>
  %1 = nn.log_softmax %x dim 1 : tensor<2x3xf64>
  %2 = nn.exp %1 : tensor<2x3xf64>
  check.expect_close %0, %2 atol 1.0e-15 rtol 1.0e-13 : tensor<2x3xf64>
  %e = nn.constant dense<[[0.04201006613406605, 0.11419519938459449, 0.8437947344813395], [0.7310585786300049, 0.0, 0.2689414213699951]]> : tensor<2x3xf64>
  check.expect_close %0, %e atol 1.0e-15 rtol 1.0e-13 : tensor<2x3xf64>
  return
}

func.func @label_out_of_range_is_infinite() {
  %x = nn.constant dense<[[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]]> : tensor<2x3xf64>
  %l = nn.constant dense<[2, 3]> : tensor<2xi32>
  %0 = nn.softmax_cross_entropy %x, %l : tensor<2x3xf64>, tensor<2xi32>
  %e = nn.constant dense<[0.16984602, 0x7FF0000000000000]> : tensor<2xf64>
  // Eight digits.
  check.expect_close %0, %e atol 1.0e-8 rtol 0.0 : tensor<2xf64>
  return
}

func.func @dropout() {
  %x = nn.constant dense<[[1.0, 2.0, 4.0], [-1.0, 0.5, 8.0]]> : tensor<2x3xf64>
  %seed = nn.constant dense<7> : tensor<i64>
  %step = nn.constant dense<2> : tensor<i64>
  %0 = nn.dropout %x, %seed, %step rate 0.5 stream 1 : tensor<2x3xf64>
  %r = nn.random_uniform %seed, %step stream 1 : tensor<2x3xf64>
  %h = nn.constant dense<0.5> : tensor<2x3xf64>
  %k = nn.compare ge %r, %h : tensor<2x3xf64> -> tensor<2x3xi1>
  %m = nn.cast %k : tensor<2x3xi1> -> tensor<2x3xf64>
  %y = nn.mul %m, %x : tensor<2x3xf64>
  %z = nn.add %y, %y : tensor<2x3xf64>
  // Exact: multiplied by two.
  check.expect_close %0, %z atol 0.0 rtol 0.0 : tensor<2x3xf64>
  return
}

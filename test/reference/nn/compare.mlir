// RUN: gradus-opt %s --reference-run

func.func @eq() {
  %l = nn.constant dense<[1.0, 2.0, 3.0, -1.0, 0x7FF8000000000000, 2.5, 0x7FF8000000000000]> : tensor<7xf64>
  %r = nn.constant dense<[1.0, 3.0, 2.0, -1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %y = nn.compare eq %l, %r : tensor<7xf64> -> tensor<7xi1>
  %expected = nn.constant dense<[true, false, false, true, false, false, false]> : tensor<7xi1>
  // Exact: truth values. With a NaN only `ne` holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<7xi1>
  return
}

func.func @ne() {
  %l = nn.constant dense<[1.0, 2.0, 3.0, -1.0, 0x7FF8000000000000, 2.5, 0x7FF8000000000000]> : tensor<7xf64>
  %r = nn.constant dense<[1.0, 3.0, 2.0, -1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %y = nn.compare ne %l, %r : tensor<7xf64> -> tensor<7xi1>
  %expected = nn.constant dense<[false, true, true, false, true, true, true]> : tensor<7xi1>
  // Exact: truth values. With a NaN only `ne` holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<7xi1>
  return
}

func.func @lt() {
  %l = nn.constant dense<[1.0, 2.0, 3.0, -1.0, 0x7FF8000000000000, 2.5, 0x7FF8000000000000]> : tensor<7xf64>
  %r = nn.constant dense<[1.0, 3.0, 2.0, -1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %y = nn.compare lt %l, %r : tensor<7xf64> -> tensor<7xi1>
  %expected = nn.constant dense<[false, true, false, false, false, false, false]> : tensor<7xi1>
  // Exact: truth values. With a NaN only `ne` holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<7xi1>
  return
}

func.func @le() {
  %l = nn.constant dense<[1.0, 2.0, 3.0, -1.0, 0x7FF8000000000000, 2.5, 0x7FF8000000000000]> : tensor<7xf64>
  %r = nn.constant dense<[1.0, 3.0, 2.0, -1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %y = nn.compare le %l, %r : tensor<7xf64> -> tensor<7xi1>
  %expected = nn.constant dense<[true, true, false, true, false, false, false]> : tensor<7xi1>
  // Exact: truth values. With a NaN only `ne` holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<7xi1>
  return
}

func.func @gt() {
  %l = nn.constant dense<[1.0, 2.0, 3.0, -1.0, 0x7FF8000000000000, 2.5, 0x7FF8000000000000]> : tensor<7xf64>
  %r = nn.constant dense<[1.0, 3.0, 2.0, -1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %y = nn.compare gt %l, %r : tensor<7xf64> -> tensor<7xi1>
  %expected = nn.constant dense<[false, false, true, false, false, false, false]> : tensor<7xi1>
  // Exact: truth values. With a NaN only `ne` holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<7xi1>
  return
}

func.func @ge() {
  %l = nn.constant dense<[1.0, 2.0, 3.0, -1.0, 0x7FF8000000000000, 2.5, 0x7FF8000000000000]> : tensor<7xf64>
  %r = nn.constant dense<[1.0, 3.0, 2.0, -1.0, 1.0, 0x7FF8000000000000, 0x7FF8000000000000]> : tensor<7xf64>
  %y = nn.compare ge %l, %r : tensor<7xf64> -> tensor<7xi1>
  %expected = nn.constant dense<[true, false, true, true, false, false, false]> : tensor<7xi1>
  // Exact: truth values. With a NaN only `ne` holds.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<7xi1>
  return
}

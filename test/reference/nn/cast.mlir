// RUN: gradus-opt %s --reference-run

func.func @bool_becomes_zero_or_one() {
  %x = nn.constant dense<[true, false, true]> : tensor<3xi1>
  %f = nn.cast %x : tensor<3xi1> -> tensor<3xf32>
  %i = nn.cast %x : tensor<3xi1> -> tensor<3xi32>
  %expected = nn.constant dense<[1.0, 0.0, 1.0]> : tensor<3xf32>
  // Exact: small numbers, whose results a double holds.
  check.expect_close %f, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  %expected2 = nn.constant dense<[1, 0, 1]> : tensor<3xi32>
  // Exact: integers.
  check.expect_close %i, %expected2 atol 0.0 rtol 0.0 : tensor<3xi32>
  return
}

// 0.1 is not a float; its nearest one is 0.100000001490116…
func.func @narrowing_rounds() {
  %x = nn.constant dense<[0.1, 0.5]> : tensor<2xf64>
  %y = nn.cast %x : tensor<2xf64> -> tensor<2xf32>
  %z = nn.cast %y : tensor<2xf32> -> tensor<2xf64>
  %expected = nn.constant dense<[0.10000000149011612, 0.5]> : tensor<2xf64>
  // Exact: 17 digits say a double.
  check.expect_close %z, %expected atol 0.0 rtol 0.0 : tensor<2xf64>
  return
}

// bf16 has 7 bits behind the point; a tie goes to the even one.
func.func @narrowing_to_bf16() {
  %x = nn.constant dense<[1.00390625, 1.01171875, 0.1]> : tensor<3xf32>
  %y = nn.cast %x : tensor<3xf32> -> tensor<3xbf16>
  %z = nn.cast %y : tensor<3xbf16> -> tensor<3xf32>
  %expected = nn.constant dense<[1.0, 1.015625, 0.10009765625]> : tensor<3xf32>
  // Exact: multiples of a power of two.
  check.expect_close %z, %expected atol 0.0 rtol 0.0 : tensor<3xf32>
  return
}

// What an integer type does not hold becomes its nearest number, NaN becomes 0.
func.func @out_of_range() {
  %x = nn.constant dense<[3.0e9, -3.0e9, 0x7F800000, 0xFF800000, 0x7FC00000, -1.75]> : tensor<6xf32>
  %y = nn.cast %x : tensor<6xf32> -> tensor<6xi32>
  %expected = nn.constant dense<[2147483647, -2147483648, 2147483647, -2147483648, 0, -1]> : tensor<6xi32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<6xi32>
  return
}

// A narrower integer type keeps the low bits.
func.func @integers_wrap() {
  %x = nn.constant dense<[4294967297, 2147483648, -2147483649, -5]> : tensor<4xi64>
  %y = nn.cast %x : tensor<4xi64> -> tensor<4xi32>
  %expected = nn.constant dense<[1, -2147483648, 2147483647, -5]> : tensor<4xi32>
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<4xi32>
  return
}

// RUN: gradus-opt %s --reference-run -split-input-file -verify-diagnostics
// The tests of the reference can fail: this one does, and says where.

func.func @wrong_value() {
  %x = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %e = nn.constant dense<[1.0, 2.0, 3.5]> : tensor<3xf32>
  // expected-error@+1 {{element 2 is 3.000000e+00, expected 3.500000e+00}}
  check.expect_close %x, %e atol 0.25 rtol 0.0 : tensor<3xf32>
  return
}

// -----

func.func @absolute_tolerance() {
  %x = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %e = nn.constant dense<[1.0, 2.0, 3.5]> : tensor<3xf32>
  check.expect_close %x, %e atol 0.5 rtol 0.0 : tensor<3xf32>
  return
}

// -----

func.func @relative_tolerance() {
  %x = nn.constant dense<[100.0, -200.0]> : tensor<2xf32>
  %e = nn.constant dense<[101.0, -202.0]> : tensor<2xf32>
  check.expect_close %x, %e atol 0.0 rtol 0.01 : tensor<2xf32>
  return
}

// -----

func.func @relative_tolerance_is_of_the_expected() {
  %x = nn.constant dense<[2.0, 101.0]> : tensor<2xf32>
  %e = nn.constant dense<[2.0, 100.0]> : tensor<2xf32>
  // expected-error@+1 {{element 1 is 1.010000e+02, expected 1.000000e+02}}
  check.expect_close %x, %e atol 0.0 rtol 0.0099 : tensor<2xf32>
  return
}

// -----

func.func @nan_is_not_a_number() {
  %x = nn.constant dense<[0x7FC00000, 1.0]> : tensor<2xf32>
  check.expect_close %x, %x atol 0.0 rtol 0.0 : tensor<2xf32>
  %e = nn.constant dense<[0.0, 1.0]> : tensor<2xf32>
  // expected-error@+1 {{element 0 is nan, expected 0.000000e+00}}
  check.expect_close %x, %e atol 1.0e6 rtol 1.0 : tensor<2xf32>
  return
}

// -----

func.func @infinity_is_itself_only() {
  %x = nn.constant dense<[0x7F800000, 0xFF800000]> : tensor<2xf32>
  check.expect_close %x, %x atol 0.0 rtol 0.0 : tensor<2xf32>
  %e = nn.constant dense<[0x7F800000, 1.0]> : tensor<2xf32>
  // expected-error@+1 {{element 1}}
  check.expect_close %x, %e atol 1.0 rtol 1.0 : tensor<2xf32>
  return
}

// RUN: gradus-opt %s -split-input-file -verify-diagnostics

func.func @different_types(%x: tensor<3xf32>, %y: tensor<4xf32>) {
  // expected-error@+1 {{requires all operands to have the same type}}
  "check.expect_close"(%x, %y) <{atol = 0.0 : f64, rtol = 0.0 : f64}> : (tensor<3xf32>, tensor<4xf32>) -> ()
  return
}

// -----

func.func @not_a_tensor(%x: f32) {
  // expected-error@+1 {{must be ranked tensor of any type values}}
  "check.expect_close"(%x, %x) <{atol = 0.0 : f64, rtol = 0.0 : f64}> : (f32, f32) -> ()
  return
}

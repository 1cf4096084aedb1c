// RUN: gradus-opt %s -split-input-file -verify-diagnostics
// The message prints the dimension as an unsigned number.

func.func @iota_c1_negative() {
  // expected-error@+1 {{dim -1 is outside of rank 1}}
  %0 = nn.iota dim -1 : tensor<2xi32>
  return
}

// -----

func.func @argmax_c1_negative(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dim -1 is outside of rank 2}}
  %0 = nn.argmax %x dim -1 : tensor<2x3xf32> -> tensor<2xi32>
  return
}

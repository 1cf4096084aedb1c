// RUN: gradus-opt %s --train-autodiff -split-input-file -verify-diagnostics

func.func @not_differentiable(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{'arith.negf' is not differentiable; put a stop_gradient before it}}
  %0 = arith.negf %x : tensor<3xf32>
  %1 = nn.reduce sum %0 dims [0] : tensor<3xf32>
  %g = train.grad %1 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// -----

// Beside the way it does not matter.
func.func @beside_the_way(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = arith.negf %y : tensor<3xf32>
  %1 = nn.mul %0, %x : tensor<3xf32>
  %2 = nn.reduce sum %1 dims [0] : tensor<3xf32>
  %g = train.grad %2 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

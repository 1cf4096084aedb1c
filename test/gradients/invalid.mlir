// RUN: gradus-opt %s --check-gradients -split-input-file -verify-diagnostics
// --check-gradients can fail, and names the element.

// x - stop_gradient(x) is always zero; its rule says otherwise, by design.
// expected-error-re@+1 {{gradient of argument 1, element 0 is {{.*}}, finite differences say}}
func.func @differs(%a: tensor<3xf64>, %x: tensor<3xf64>) -> tensor<3xf64> {
  %s = nn.stop_gradient %x : tensor<3xf64>
  %0 = nn.sub %x, %s : tensor<3xf64>
  %1 = nn.add %a, %0 : tensor<3xf64>
  return %1 : tensor<3xf64>
}

// -----

func.func @not_differentiable(%x: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error@+1 {{'arith.negf' is not differentiable; put a stop_gradient before it}}
  %0 = arith.negf %x : tensor<3xf64>
  return %0 : tensor<3xf64>
}

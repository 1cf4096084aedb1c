// RUN: gradus-opt %s --check-gradients="low=-3 high=2"
// RUN: gradus-opt %s --train-autodiff --reference-run

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.clamp %x from -1.5 to 0.75 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// Finite differences cannot see the bounds themselves: there the gradient passes.
func.func @bounds() {
  %x = nn.constant dense<[-1.75, -1.5, 0.25, 0.75, 0.875]> : tensor<5xf64>
  %y = nn.clamp %x from -1.5 to 0.75 : tensor<5xf64>
  %loss = nn.reduce sum %y dims [0] : tensor<5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<5xf64> -> tensor<5xf64>
  %expected = nn.constant dense<[0.0, 1.0, 1.0, 1.0, 0.0]> : tensor<5xf64>
  check.expect_close %g, %expected atol 0.0 rtol 0.0 : tensor<5xf64>
  return
}

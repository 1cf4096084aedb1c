// RUN: gradus-opt %s --check-gradients

func.func @constant_factor(%x: tensor<3xf64>) -> tensor<3xf64> {
  %r = nn.constant dense<[2.0, -3.0, 0.5]> : tensor<3xf64>
  %y = nn.mul %r, %x : tensor<3xf64>
  return %y : tensor<3xf64>
}

// RUN: gradus-opt %s --check-gradients

func.func @constant_factor(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %r = nn.iota dim 1 : tensor<3x5xf64>
  %y = nn.mul %r, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

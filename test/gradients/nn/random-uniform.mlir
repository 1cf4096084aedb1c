// RUN: gradus-opt %s --check-gradients

func.func @constant_factor(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %seed = nn.constant dense<7> : tensor<i64>
  %step = nn.constant dense<3> : tensor<i64>
  %r = nn.random_uniform %seed, %step stream 1 : tensor<3x5xf64>
  %y = nn.mul %r, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

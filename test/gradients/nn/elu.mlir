// RUN: gradus-opt %s --check-gradients="low=-3 high=2"

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.elu %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @alpha(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.elu %x {alpha = 0.375 : f64} : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @f(%x: tensor<4xf64>) {
  %y = nn.slice %x from [1] to [4] by [9223372036854775807] : tensor<4xf64>
  return
}

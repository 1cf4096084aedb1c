func.func @f(%x: tensor<2xf64>) {
  %y = nn.pad %x low [1] by [9223372036854775807] size [5] : tensor<2xf64>
  return
}

module @s attributes {rt.recipe_hash = "18346a2c808d1b0d65ade3aa3192a4e60e65852fb317a94ee9f1d815dda99437"} {
  func.func @predict(%arg0: tensor<1x5xf64> {train.name = "x"}) -> (tensor<1x5xf64> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = nn.softmax %arg0 dim 1 : tensor<1x5xf64>
    return %0 : tensor<1x5xf64>
  }
}

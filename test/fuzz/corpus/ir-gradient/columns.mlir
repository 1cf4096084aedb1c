module @c attributes {rt.recipe_hash = "a7a2947b509d6e3f33413b7c1a3989f4f97d8f4487fe794ba63dec766ec4654f"} {
  func.func @predict(%arg0: tensor<1x3x2xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = nn.transpose %arg0 perm [0, 2, 1] : tensor<1x3x2xf32>
    %1 = nn.reduce sum %0 dims [1] : tensor<1x2x3xf32>
    return %1 : tensor<1x3xf32>
  }
}

module @r attributes {rt.recipe_hash = "597cfcff0035012841c86b8df9a665bbbb4772639b5ab3e544b8cb7391974de4"} {
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = nn.relu %arg0 : tensor<1x3xf32>
    return %0 : tensor<1x3xf32>
  }
}

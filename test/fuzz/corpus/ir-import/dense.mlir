module @d attributes {rt.recipe_hash = "20befebdb60ec7642c5f94734d930bdb930d8a0b190b2a1972aeb11017288dd7"} {
  train.parameter @y.weight : tensor<2x3xf32> init #train.uniform_init<low = -0.57735026918962584, high = 0.57735026918962584>
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<2x3xf32>
    %1 = nn.matmul %arg0, %0 transpose_rhs : tensor<1x3xf32>, tensor<2x3xf32>
    return %1 : tensor<1x2xf32>
  }
}

module @g attributes {rt.recipe_hash = "b3ad6080cdedadb35eea06d054cb09f8638543ff32faa712731e036a3cbe2e0f"} {
  train.parameter @y.weight : tensor<4x2xf32> init #train.normal_init<mean = 0.000000e+00, stddev = 1.000000e+00>
  func.func @predict(%arg0: tensor<1xi64> {train.name = "i"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<4x2xf32>
    %1 = nn.gather %0[%arg0] : tensor<4x2xf32>, tensor<1xi64>
    return %1 : tensor<1x2xf32>
  }
}

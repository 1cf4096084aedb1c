module @d attributes {rt.recipe_hash = "20befebdb60ec7642c5f94734d930bdb930d8a0b190b2a1972aeb11017288dd7"} {
  train.parameter @y.weight : tensor<2x3xf32> init #train.uniform_init<low = -0.57735026918962584, high = 0.57735026918962584>
  rt.variable @y.weight at 0 : tensor<2x3xf32>
  rt.kernel @y(%arg0: tensor<1x3xf32>, %arg1: tensor<2x3xf32>) -> tensor<1x2xf32> kind matmul cost <flops = 12, bytes = 44> {
    %0 = nn.matmul %arg0, %arg1 transpose_rhs : tensor<1x3xf32>, tensor<2x3xf32>
    rt.yield %0 : tensor<1x2xf32>
  }
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<2x3xf32>
    %1 = rt.launch @y(%arg0, %0) slots [inputs 0, variables 0] -> [arena 0] : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

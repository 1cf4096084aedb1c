module @s attributes {rt.recipe_hash = "18346a2c808d1b0d65ade3aa3192a4e60e65852fb317a94ee9f1d815dda99437"} {
  rt.kernel @y(%arg0: tensor<1x5xf64>) -> tensor<1x5xf64> kind row cost <flops = 25, bytes = 80> attributes {decisions = ["fused with reduce of y: same loops", "fused with sub of y: same loops", "fused with exp of y: same loops", "fused with exp of y: same loops"]} {
    %0 = nn.reduce max %arg0 dims [1] : tensor<1x5xf64>
    %1 = nn.broadcast %0 dims [0] : tensor<1xf64> -> tensor<1x5xf64>
    %2 = nn.sub %arg0, %1 : tensor<1x5xf64>
    %3 = nn.exp %2 : tensor<1x5xf64>
    %4 = nn.reduce sum %3 dims [1] : tensor<1x5xf64>
    %5 = nn.broadcast %4 dims [0] : tensor<1xf64> -> tensor<1x5xf64>
    %6 = nn.div %3, %5 : tensor<1x5xf64>
    rt.yield %6 : tensor<1x5xf64>
  }
  func.func @predict(%arg0: tensor<1x5xf64> {train.name = "x"}) -> (tensor<1x5xf64> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @y(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x5xf64>) -> tensor<1x5xf64>
    return %0 : tensor<1x5xf64>
  }
}

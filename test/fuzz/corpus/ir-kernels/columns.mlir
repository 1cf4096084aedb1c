module @c attributes {rt.recipe_hash = "a7a2947b509d6e3f33413b7c1a3989f4f97d8f4487fe794ba63dec766ec4654f"} {
  rt.kernel @t(%arg0: tensor<1x3x2xf32>) -> tensor<1x2x3xf32> kind generic cost <flops = 0, bytes = 48> {
    %0 = nn.transpose %arg0 perm [0, 2, 1] : tensor<1x3x2xf32>
    rt.yield %0 : tensor<1x2x3xf32>
  }
  rt.kernel @y(%arg0: tensor<1x2x3xf32>) -> tensor<1x3xf32> kind generic cost <flops = 6, bytes = 36> attributes {decisions = ["not fused with transpose of t: data movement is a kernel of its own"]} {
    %0 = nn.reduce sum %arg0 dims [1] : tensor<1x2x3xf32>
    rt.yield %0 : tensor<1x3xf32>
  }
  func.func @predict(%arg0: tensor<1x3x2xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 128, results = [<arena, 64>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @t(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x3x2xf32>) -> tensor<1x2x3xf32>
    %1 = rt.launch @y(%0) slots [arena 0] -> [arena 64] : (tensor<1x2x3xf32>) -> tensor<1x3xf32>
    return %1 : tensor<1x3xf32>
  }
}

#map = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d2)>
module @c attributes {rt.recipe_hash = "a7a2947b509d6e3f33413b7c1a3989f4f97d8f4487fe794ba63dec766ec4654f"} {
  rt.kernel @t(%arg0: tensor<1x3x2xf32>) -> tensor<1x2x3xf32> kind generic cost <flops = 0, bytes = 48> {
    %0 = tensor.empty() : tensor<1x2x3xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<1x3x2xf32>) outs(%0 : tensor<1x2x3xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x2x3xf32>
    rt.yield %1 : tensor<1x2x3xf32>
  }
  rt.kernel @y(%arg0: tensor<1x2x3xf32>) -> tensor<1x3xf32> kind generic cost <flops = 6, bytes = 36> attributes {decisions = ["not fused with transpose of t: data movement is a kernel of its own"]} {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<1x3xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x3xf32>) -> tensor<1x3xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "reduction", "parallel"]} ins(%arg0 : tensor<1x2x3xf32>) outs(%1 : tensor<1x3xf32>) {
    ^bb0(%in: f32, %out: f32):
      %3 = arith.addf %out, %in : f32
      linalg.yield %3 : f32
    } -> tensor<1x3xf32>
    rt.yield %2 : tensor<1x3xf32>
  }
  func.func @predict(%arg0: tensor<1x3x2xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 128, results = [<arena, 64>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @t(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x3x2xf32>) -> tensor<1x2x3xf32>
    %1 = rt.launch @y(%0) slots [arena 0] -> [arena 64] : (tensor<1x2x3xf32>) -> tensor<1x3xf32>
    return %1 : tensor<1x3xf32>
  }
}

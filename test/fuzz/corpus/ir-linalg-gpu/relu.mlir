#map = affine_map<(d0, d1) -> (d0, d1)>
module @r attributes {rt.recipe_hash = "597cfcff0035012841c86b8df9a665bbbb4772639b5ab3e544b8cb7391974de4"} {
  rt.kernel @y(%arg0: tensor<1x3xf32>) -> tensor<1x3xf32> kind elementwise cost <flops = 3, bytes = 24> {
    %0 = tensor.empty() : tensor<1x3xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<1x3xf32>) outs(%0 : tensor<1x3xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst = arith.constant 0.000000e+00 : f32
      %2 = arith.maximumf %in, %cst : f32
      linalg.yield %2 : f32
    } -> tensor<1x3xf32>
    rt.yield %1 : tensor<1x3xf32>
  }
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @y(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x3xf32>) -> tensor<1x3xf32>
    return %0 : tensor<1x3xf32>
  }
}

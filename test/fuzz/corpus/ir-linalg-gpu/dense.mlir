#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
module @d attributes {rt.recipe_hash = "20befebdb60ec7642c5f94734d930bdb930d8a0b190b2a1972aeb11017288dd7"} {
  train.parameter @y.weight : tensor<2x3xf32> init #train.uniform_init<low = -0.57735026918962584, high = 0.57735026918962584>
  rt.variable @y.weight at 0 : tensor<2x3xf32>
  rt.kernel @y(%arg0: tensor<1x3xf32>, %arg1: tensor<2x3xf32>) -> tensor<1x2xf32> kind matmul cost <flops = 12, bytes = 44> {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<1x2xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x2xf32>) -> tensor<1x2xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<1x3xf32>, tensor<2x3xf32>) outs(%1 : tensor<1x2xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %3 = arith.mulf %in, %in_0 : f32
      %4 = arith.addf %out, %3 : f32
      linalg.yield %4 : f32
    } -> tensor<1x2xf32>
    rt.yield %2 : tensor<1x2xf32>
  }
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<2x3xf32>
    %1 = rt.launch @y(%arg0, %0) slots [inputs 0, variables 0] -> [arena 0] : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

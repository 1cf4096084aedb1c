#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
module @s attributes {rt.recipe_hash = "18346a2c808d1b0d65ade3aa3192a4e60e65852fb317a94ee9f1d815dda99437"} {
  rt.kernel @y(%arg0: tensor<1x5xf64>) -> tensor<1x5xf64> kind row cost <flops = 25, bytes = 80> attributes {decisions = ["fused with reduce of y: same loops", "fused with sub of y: same loops", "fused with exp of y: same loops", "fused with exp of y: same loops"]} {
    %cst = arith.constant 0xFFF0000000000000 : f64
    %0 = tensor.empty() : tensor<1xf64>
    %1 = linalg.fill ins(%cst : f64) outs(%0 : tensor<1xf64>) -> tensor<1xf64>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<1x5xf64>) outs(%1 : tensor<1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %16 = arith.maximumf %out, %in : f64
      linalg.yield %16 : f64
    } -> tensor<1xf64>
    %3 = tensor.empty() : tensor<1x5xf64>
    %4 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<1xf64>) outs(%3 : tensor<1x5xf64>) {
    ^bb0(%in: f64, %out: f64):
      linalg.yield %in : f64
    } -> tensor<1x5xf64>
    %5 = tensor.empty() : tensor<1x5xf64>
    %6 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %4 : tensor<1x5xf64>, tensor<1x5xf64>) outs(%5 : tensor<1x5xf64>) {
    ^bb0(%in: f64, %in_1: f64, %out: f64):
      %16 = arith.subf %in, %in_1 : f64
      linalg.yield %16 : f64
    } -> tensor<1x5xf64>
    %7 = tensor.empty() : tensor<1x5xf64>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<1x5xf64>) outs(%7 : tensor<1x5xf64>) {
    ^bb0(%in: f64, %out: f64):
      %16 = math.exp %in : f64
      linalg.yield %16 : f64
    } -> tensor<1x5xf64>
    %cst_0 = arith.constant 0.000000e+00 : f64
    %9 = tensor.empty() : tensor<1xf64>
    %10 = linalg.fill ins(%cst_0 : f64) outs(%9 : tensor<1xf64>) -> tensor<1xf64>
    %11 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%8 : tensor<1x5xf64>) outs(%10 : tensor<1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %16 = arith.addf %out, %in : f64
      linalg.yield %16 : f64
    } -> tensor<1xf64>
    %12 = tensor.empty() : tensor<1x5xf64>
    %13 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<1xf64>) outs(%12 : tensor<1x5xf64>) {
    ^bb0(%in: f64, %out: f64):
      linalg.yield %in : f64
    } -> tensor<1x5xf64>
    %14 = tensor.empty() : tensor<1x5xf64>
    %15 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %7 : tensor<1x5xf64>, tensor<1x5xf64>) outs(%14 : tensor<1x5xf64>) {
    ^bb0(%in: f64, %in_1: f64, %out: f64):
      %16 = arith.divf %in, %in_1 : f64
      linalg.yield %16 : f64
    } -> tensor<1x5xf64>
    rt.yield %15 : tensor<1x5xf64>
  }
  func.func @predict(%arg0: tensor<1x5xf64> {train.name = "x"}) -> (tensor<1x5xf64> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @y(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x5xf64>) -> tensor<1x5xf64>
    return %0 : tensor<1x5xf64>
  }
}

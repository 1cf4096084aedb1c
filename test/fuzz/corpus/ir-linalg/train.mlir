#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1) -> ()>
#map5 = affine_map<() -> ()>
#map6 = affine_map<(d0, d1, d2) -> (d2, d0)>
#map7 = affine_map<(d0, d1, d2) -> (d2, d1)>
#map8 = affine_map<(d0, d1) -> (d0)>
module @t attributes {rt.recipe_hash = "7bf4b0f0b0a6ae23e9b94a3c7de7773718fdb121af82811e201cc8a662356b9a", train.recipe = #train.recipe<epochs = 1, data = <source = <kind = npy, parts = [<input = "x", path = "x">, <input = "t", path = "t">]>>>} {
  train.parameter @y.weight : tensor<1x2xf32> init #train.uniform_init<low = -0.70710678118654746, high = 0.70710678118654746>
  rt.variable @y.weight at 0 : tensor<1x2xf32>
  rt.kernel @learning_rate() -> tensor<f64> kind elementwise cost <flops = 0, bytes = 8> {
    %cst = arith.constant dense<1.000000e-01> : tensor<f64>
    rt.yield %cst : tensor<f64>
  }
  rt.kernel @"y+loss+bwd(loss)"(%arg0: tensor<3x2xf32>, %arg1: tensor<1x2xf32>, %arg2: tensor<3x1xf32>) -> (tensor<3x1xf32>, tensor<3x1xf32>) kind matmul cost <flops = 24, bytes = 68> attributes {decisions = ["fused with matmul of y: same loops", "fused with sub of loss: same loops", "fused with sub of loss: same loops", "fused with mul of bwd(loss): same loops"]} {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<3x1xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<3x1xf32>) -> tensor<3x1xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<3x2xf32>, tensor<1x2xf32>) outs(%1 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %11 = arith.mulf %in, %in_1 : f32
      %12 = arith.addf %out, %11 : f32
      linalg.yield %12 : f32
    } -> tensor<3x1xf32>
    %3 = tensor.empty() : tensor<3x1xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%2, %arg2 : tensor<3x1xf32>, tensor<3x1xf32>) outs(%3 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %11 = arith.subf %in, %in_1 : f32
      linalg.yield %11 : f32
    } -> tensor<3x1xf32>
    %5 = tensor.empty() : tensor<3x1xf32>
    %6 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%4, %4 : tensor<3x1xf32>, tensor<3x1xf32>) outs(%5 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %11 = arith.mulf %in, %in_1 : f32
      linalg.yield %11 : f32
    } -> tensor<3x1xf32>
    %cst_0 = arith.constant dense<0.333333343> : tensor<3x1xf32>
    %7 = tensor.empty() : tensor<3x1xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%4, %cst_0 : tensor<3x1xf32>, tensor<3x1xf32>) outs(%7 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %11 = arith.mulf %in, %in_1 : f32
      linalg.yield %11 : f32
    } -> tensor<3x1xf32>
    %9 = tensor.empty() : tensor<3x1xf32>
    %10 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%8, %8 : tensor<3x1xf32>, tensor<3x1xf32>) outs(%9 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %11 = arith.addf %in, %in_1 : f32
      linalg.yield %11 : f32
    } -> tensor<3x1xf32>
    rt.yield %6, %10 : tensor<3x1xf32>, tensor<3x1xf32>
  }
  rt.kernel @loss(%arg0: tensor<3x1xf32>) -> tensor<f32> kind row cost <flops = 4, bytes = 16> attributes {decisions = ["not fused with mul of loss: only elementwise ops on its result join a matmul", "fused with reduce of loss: same loops"]} {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<f32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<f32>) -> tensor<f32>
    %2 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["reduction", "reduction"]} ins(%arg0 : tensor<3x1xf32>) outs(%1 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %5 = arith.addf %out, %in : f32
      linalg.yield %5 : f32
    } -> tensor<f32>
    %cst_0 = arith.constant dense<0.333333343> : tensor<f32>
    %3 = tensor.empty() : tensor<f32>
    %4 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = []} ins(%2, %cst_0 : tensor<f32>, tensor<f32>) outs(%3 : tensor<f32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %5 = arith.mulf %in, %in_1 : f32
      linalg.yield %5 : f32
    } -> tensor<f32>
    rt.yield %4 : tensor<f32>
  }
  rt.kernel @"bwd(y)+update(y.weight)"(%arg0: tensor<3x1xf32>, %arg1: tensor<3x2xf32>, %arg2: tensor<1x2xf32>) -> tensor<1x2xf32> kind matmul cost <flops = 16, bytes = 52> attributes {decisions = ["not fused with add of bwd(loss): it is needed whole in memory", "fused with matmul of bwd(y): same loops", "fused with mul of update(y.weight): same loops"]} {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<1x2xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x2xf32>) -> tensor<1x2xf32>
    %2 = linalg.generic {indexing_maps = [#map6, #map7, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<3x1xf32>, tensor<3x2xf32>) outs(%1 : tensor<1x2xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %7 = arith.mulf %in, %in_1 : f32
      %8 = arith.addf %out, %7 : f32
      linalg.yield %8 : f32
    } -> tensor<1x2xf32>
    %cst_0 = arith.constant dense<1.000000e-01> : tensor<1x2xf32>
    %3 = tensor.empty() : tensor<1x2xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%2, %cst_0 : tensor<1x2xf32>, tensor<1x2xf32>) outs(%3 : tensor<1x2xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %7 = arith.mulf %in, %in_1 : f32
      linalg.yield %7 : f32
    } -> tensor<1x2xf32>
    %5 = tensor.empty() : tensor<1x2xf32>
    %6 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%arg2, %4 : tensor<1x2xf32>, tensor<1x2xf32>) outs(%5 : tensor<1x2xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %7 = arith.subf %in, %in_1 : f32
      linalg.yield %7 : f32
    } -> tensor<1x2xf32>
    rt.yield %6 : tensor<1x2xf32>
  }
  func.func @train(%arg0: tensor<3x2xf32> {train.name = "x"}, %arg1: tensor<3x1xf32> {train.name = "t"}) -> (tensor<f32> {train.name = "loss"}, tensor<f64> {train.name = "lr"}) attributes {rt.plan = #rt.plan<arena_bytes = 256, results = [<arena, 192>, <arena, 0>]>, train.entry = #train.entry<train>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = rt.launch @learning_rate() slots [] -> [arena 0] : () -> tensor<f64>
    %2:2 = rt.launch @"y+loss+bwd(loss)"(%arg0, %0, %arg1) slots [inputs 0, variables 0, inputs 1] -> [arena 64, arena 128] : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<3x1xf32>) -> (tensor<3x1xf32>, tensor<3x1xf32>)
    %3 = rt.launch @loss(%2#0) slots [arena 64] -> [arena 192] : (tensor<3x1xf32>) -> tensor<f32>
    %4 = rt.launch @"bwd(y)+update(y.weight)"(%2#1, %arg0, %0) slots [arena 128, inputs 0, variables 0] -> [variables 0] : (tensor<3x1xf32>, tensor<3x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    train.write @y.weight, %4 : tensor<1x2xf32>
    return %3, %1 : tensor<f32>, tensor<f64>
  }
  rt.kernel @"y+metric"(%arg0: tensor<3x2xf32>, %arg1: tensor<1x2xf32>, %arg2: tensor<3x1xf32>) -> tensor<3x1xf32> kind matmul cost <flops = 18, bytes = 56> attributes {decisions = ["fused with matmul of y: same loops", "fused with sub of metric: same loops"]} {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<3x1xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<3x1xf32>) -> tensor<3x1xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<3x2xf32>, tensor<1x2xf32>) outs(%1 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %7 = arith.mulf %in, %in_0 : f32
      %8 = arith.addf %out, %7 : f32
      linalg.yield %8 : f32
    } -> tensor<3x1xf32>
    %3 = tensor.empty() : tensor<3x1xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%2, %arg2 : tensor<3x1xf32>, tensor<3x1xf32>) outs(%3 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %7 = arith.subf %in, %in_0 : f32
      linalg.yield %7 : f32
    } -> tensor<3x1xf32>
    %5 = tensor.empty() : tensor<3x1xf32>
    %6 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%4, %4 : tensor<3x1xf32>, tensor<3x1xf32>) outs(%5 : tensor<3x1xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %7 = arith.mulf %in, %in_0 : f32
      linalg.yield %7 : f32
    } -> tensor<3x1xf32>
    rt.yield %6 : tensor<3x1xf32>
  }
  rt.kernel @metric(%arg0: tensor<3x1xf32>) -> tensor<3xf32> kind row cost <flops = 3, bytes = 24> attributes {decisions = ["not fused with mul of metric: only elementwise ops on its result join a matmul"]} {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<3xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<3xf32>) -> tensor<3xf32>
    %2 = linalg.generic {indexing_maps = [#map3, #map8], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<3x1xf32>) outs(%1 : tensor<3xf32>) {
    ^bb0(%in: f32, %out: f32):
      %3 = arith.addf %out, %in : f32
      linalg.yield %3 : f32
    } -> tensor<3xf32>
    rt.yield %2 : tensor<3xf32>
  }
  func.func @eval(%arg0: tensor<3x2xf32> {train.name = "x"}, %arg1: tensor<3x1xf32> {train.name = "t"}) -> (tensor<3xf32> {train.name = "loss"}) attributes {rt.plan = #rt.plan<arena_bytes = 128, results = [<arena, 64>]>, train.entry = #train.entry<eval>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = rt.launch @"y+metric"(%arg0, %0, %arg1) slots [inputs 0, variables 0, inputs 1] -> [arena 0] : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %2 = rt.launch @metric(%1) slots [arena 0] -> [arena 64] : (tensor<3x1xf32>) -> tensor<3xf32>
    return %2 : tensor<3xf32>
  }
  rt.kernel @y(%arg0: tensor<1x2xf32>, %arg1: tensor<1x2xf32>) -> tensor<1x1xf32> kind matmul cost <flops = 4, bytes = 20> {
    %cst = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<1x1xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<1x1xf32>) -> tensor<1x1xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<1x2xf32>, tensor<1x2xf32>) outs(%1 : tensor<1x1xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %3 = arith.mulf %in, %in_0 : f32
      %4 = arith.addf %out, %3 : f32
      linalg.yield %4 : f32
    } -> tensor<1x1xf32>
    rt.yield %2 : tensor<1x1xf32>
  }
  func.func @predict(%arg0: tensor<1x2xf32> {train.name = "x"}) -> (tensor<1x1xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = rt.launch @y(%arg0, %0) slots [inputs 0, variables 0] -> [arena 0] : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x1xf32>
    return %1 : tensor<1x1xf32>
  }
}

#map = affine_map<(d0, d1) -> (d0, d1)>
module @g attributes {rt.recipe_hash = "b3ad6080cdedadb35eea06d054cb09f8638543ff32faa712731e036a3cbe2e0f"} {
  train.parameter @y.weight : tensor<4x2xf32> init #train.normal_init<mean = 0.000000e+00, stddev = 1.000000e+00>
  rt.variable @y.weight at 0 : tensor<4x2xf32>
  rt.kernel @y(%arg0: tensor<4x2xf32>, %arg1: tensor<1xi64>) -> tensor<1x2xf32> kind generic cost <flops = 0, bytes = 48> {
    %0 = tensor.empty() : tensor<1x2xf32>
    %1 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<1x2xf32>) {
    ^bb0(%out: f32):
      %2 = linalg.index 0 : index
      %3 = linalg.index 1 : index
      %extracted = tensor.extract %arg1[%2] : tensor<1xi64>
      %4 = arith.index_cast %extracted : i64 to index
      %c0 = arith.constant 0 : index
      %5 = arith.maxsi %4, %c0 : index
      %c3 = arith.constant 3 : index
      %6 = arith.minsi %5, %c3 : index
      %extracted_0 = tensor.extract %arg0[%6, %3] : tensor<4x2xf32>
      linalg.yield %extracted_0 : f32
    } -> tensor<1x2xf32>
    rt.yield %1 : tensor<1x2xf32>
  }
  func.func @predict(%arg0: tensor<1xi64> {train.indices = 4 : i64, train.name = "i"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<4x2xf32>
    %1 = rt.launch @y(%0, %arg0) slots [variables 0, inputs 0] -> [arena 0] : (tensor<4x2xf32>, tensor<1xi64>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

module @g attributes {rt.recipe_hash = "b3ad6080cdedadb35eea06d054cb09f8638543ff32faa712731e036a3cbe2e0f"} {
  train.parameter @y.weight : tensor<4x2xf32> init #train.normal_init<mean = 0.000000e+00, stddev = 1.000000e+00>
  rt.variable @y.weight at 0 : tensor<4x2xf32>
  func.func @y(%arg0: memref<4x2xf32>, %arg1: memref<1xi64>, %arg2: memref<1x2xf32>, %arg3: index, %arg4: index, %arg5: memref<0xi8>) attributes {rt.config = #rt.cpu_launch<units = 1>, rt.cost = #rt.cost<flops = 0, bytes = 48>} {
    %c3 = arith.constant 3 : index
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    scf.for %arg6 = %c0 to %c2 step %c1 {
      %0 = memref.load %arg1[%c0] : memref<1xi64>
      %1 = arith.index_cast %0 : i64 to index
      %2 = arith.maxsi %1, %c0 : index
      %3 = arith.minsi %2, %c3 : index
      %4 = memref.load %arg0[%3, %arg6] : memref<4x2xf32>
      memref.store %4, %arg2[%c0, %arg6] : memref<1x2xf32>
    }
    return
  }
  func.func @predict(%arg0: tensor<1xi64> {train.indices = 4 : i64, train.name = "i"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<4x2xf32>
    %1 = rt.launch @y(%0, %arg0) slots [variables 0, inputs 0] -> [arena 0] : (tensor<4x2xf32>, tensor<1xi64>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

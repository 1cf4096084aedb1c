module @r attributes {rt.recipe_hash = "597cfcff0035012841c86b8df9a665bbbb4772639b5ab3e544b8cb7391974de4"} {
  func.func @y(%arg0: memref<3xf32>, %arg1: memref<3xf32>, %arg2: index, %arg3: index, %arg4: memref<0xi8>) attributes {rt.config = #rt.cpu_launch<units = 1>, rt.cost = #rt.cost<flops = 3, bytes = 24>} {
    %cst = arith.constant dense<0.000000e+00> : vector<8xf32>
    %cst_0 = arith.constant dense<[true, true, true, false, false, false, false, false]> : vector<8xi1>
    %c8 = arith.constant 8 : index
    %c0 = arith.constant 0 : index
    %c128 = arith.constant 128 : index
    %0 = arith.muli %arg2, %c128 : index
    %1 = arith.muli %arg3, %c128 : index
    scf.for %arg5 = %0 to %c0 step %c8 {
      %3 = vector.load %arg0[%arg5] : memref<3xf32>, vector<8xf32>
      %4 = arith.maximumf %3, %cst : vector<8xf32>
      vector.store %4, %arg1[%arg5] : memref<3xf32>, vector<8xf32>
    }
    %2 = arith.cmpi ugt, %1, %c0 : index
    scf.if %2 {
      %3 = vector.maskedload %arg0[%c0], %cst_0, %cst : memref<3xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
      %4 = arith.maximumf %3, %cst : vector<8xf32>
      vector.maskedstore %arg1[%c0], %cst_0, %4 : memref<3xf32>, vector<8xi1>, vector<8xf32>
    }
    return
  }
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @y(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x3xf32>) -> tensor<1x3xf32>
    return %0 : tensor<1x3xf32>
  }
}

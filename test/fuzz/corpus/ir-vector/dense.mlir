module @d attributes {rt.recipe_hash = "20befebdb60ec7642c5f94734d930bdb930d8a0b190b2a1972aeb11017288dd7"} {
  train.parameter @y.weight : tensor<2x3xf32> init #train.uniform_init<low = -0.57735026918962584, high = 0.57735026918962584>
  rt.variable @y.weight at 0 : tensor<2x3xf32>
  func.func @y(%arg0: memref<1x3xf32>, %arg1: memref<2x3xf32>, %arg2: memref<1x2xf32>, %arg3: index, %arg4: index, %arg5: memref<0xi8>) attributes {rt.config = #rt.cpu_launch<units = 1>, rt.cost = #rt.cost<flops = 12, bytes = 44>} {
    %cst = arith.constant dense<[true, true, false, false, false, false, false, false]> : vector<8xi1>
    %cst_0 = arith.constant dense<[true, true, true, false, false, false, false, false]> : vector<8xi1>
    %cst_1 = arith.constant dense<0.000000e+00> : vector<8xf32>
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %arg6 = %arg3 to %arg4 step %c1 {
      %0 = vector.maskedload %arg0[%c0, %c0], %cst_0, %cst_1 : memref<1x3xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
      %1 = vector.maskedload %arg1[%c0, %c0], %cst_0, %cst_1 : memref<2x3xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
      %2 = vector.fma %0, %1, %cst_1 : vector<8xf32>
      %3 = vector.maskedload %arg1[%c1, %c0], %cst_0, %cst_1 : memref<2x3xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
      %4 = vector.fma %0, %3, %cst_1 : vector<8xf32>
      %5 = vector.shuffle %2, %4 [0, 9, 2, 11, 4, 13, 6, 15] : vector<8xf32>, vector<8xf32>
      %6 = vector.shuffle %2, %4 [1, 8, 3, 10, 5, 12, 7, 14] : vector<8xf32>, vector<8xf32>
      %7 = arith.addf %5, %6 : vector<8xf32>
      %8 = vector.shuffle %7, %cst_1 [0, 1, 10, 11, 4, 5, 14, 15] : vector<8xf32>, vector<8xf32>
      %9 = vector.shuffle %7, %cst_1 [2, 3, 8, 9, 6, 7, 12, 13] : vector<8xf32>, vector<8xf32>
      %10 = arith.addf %8, %9 : vector<8xf32>
      %11 = vector.shuffle %10, %cst_1 [0, 1, 2, 3, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
      %12 = vector.shuffle %10, %cst_1 [4, 5, 6, 7, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
      %13 = arith.addf %11, %12 : vector<8xf32>
      vector.maskedstore %arg2[%c0, %c0], %cst, %13 : memref<1x2xf32>, vector<8xi1>, vector<8xf32>
    }
    return
  }
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<2x3xf32>
    %1 = rt.launch @y(%arg0, %0) slots [inputs 0, variables 0] -> [arena 0] : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

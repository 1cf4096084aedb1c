module @g attributes {rt.recipe_hash = "b3ad6080cdedadb35eea06d054cb09f8638543ff32faa712731e036a3cbe2e0f"} {
  gpu.module @kernels {
    gpu.func @k_y(%arg0: memref<4x2xf32>, %arg1: memref<1xi64>, %arg2: memref<1x2xf32>, %arg3: memref<0xi8>) kernel attributes {nvvm.maxntid = array<i32: 256, 1, 1>, nvvm.minctasm = 1 : i32, rt.config = #rt.gpu_launch<blocks = 1, threads = 256>, rt.cost = #rt.cost<flops = 0, bytes = 48>, rt.name = "y"} {
      %c3 = arith.constant 3 : index
      %c256 = arith.constant 256 : index
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %block_id_x = gpu.block_id  x
      %0 = arith.muli %block_id_x, %c256 : index
      %thread_id_x = gpu.thread_id  x
      %1 = arith.addi %0, %thread_id_x : index
      %2 = arith.cmpi ult, %1, %c2 : index
      scf.if %2 {
        %3 = arith.remui %1, %c2 : index
        %4 = arith.divui %1, %c2 : index
        %5 = memref.load %arg1[%4] : memref<1xi64>
        %6 = arith.index_cast %5 : i64 to index
        %7 = arith.maxsi %6, %c0 : index
        %8 = arith.minsi %7, %c3 : index
        %9 = memref.load %arg0[%8, %3] : memref<4x2xf32>
        memref.store %9, %arg2[%4, %3] : memref<1x2xf32>
      }
      gpu.return
    }
  }
  train.parameter @y.weight : tensor<4x2xf32> init #train.normal_init<mean = 0.000000e+00, stddev = 1.000000e+00>
  rt.variable @y.weight at 0 : tensor<4x2xf32>
  func.func @predict(%arg0: tensor<1xi64> {train.indices = 4 : i64, train.name = "i"}) -> (tensor<1x2xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<4x2xf32>
    %1 = rt.launch @kernels::@k_y as "y"(%0, %arg0) slots [variables 0, inputs 0] -> [arena 0] : (tensor<4x2xf32>, tensor<1xi64>) -> tensor<1x2xf32>
    return %1 : tensor<1x2xf32>
  }
}

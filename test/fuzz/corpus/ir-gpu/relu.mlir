module @r attributes {rt.recipe_hash = "597cfcff0035012841c86b8df9a665bbbb4772639b5ab3e544b8cb7391974de4"} {
  gpu.module @kernels {
    gpu.func @k_y(%arg0: memref<3xf32>, %arg1: memref<3xf32>, %arg2: memref<0xi8>) kernel attributes {nvvm.maxntid = array<i32: 256, 1, 1>, nvvm.minctasm = 1 : i32, rt.config = #rt.gpu_launch<blocks = 1, threads = 256>, rt.cost = #rt.cost<flops = 3, bytes = 24>, rt.name = "y"} {
      %cst = arith.constant 0.000000e+00 : f32
      %c3 = arith.constant 3 : index
      %c256 = arith.constant 256 : index
      %block_id_x = gpu.block_id  x
      %0 = arith.muli %block_id_x, %c256 : index
      %thread_id_x = gpu.thread_id  x
      %1 = arith.addi %0, %thread_id_x : index
      %2 = arith.cmpi ult, %1, %c3 : index
      scf.if %2 {
        %3 = memref.load %arg0[%1] : memref<3xf32>
        %4 = arith.maximumf %3, %cst : f32
        memref.store %4, %arg1[%1] : memref<3xf32>
      }
      gpu.return
    }
  }
  func.func @predict(%arg0: tensor<1x3xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @kernels::@k_y as "y"(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x3xf32>) -> tensor<1x3xf32>
    return %0 : tensor<1x3xf32>
  }
}

module @c attributes {rt.recipe_hash = "a7a2947b509d6e3f33413b7c1a3989f4f97d8f4487fe794ba63dec766ec4654f"} {
  gpu.module @kernels {
    gpu.func @k_t(%arg0: memref<1x3x2xf32>, %arg1: memref<1x2x3xf32>, %arg2: memref<0xi8>) kernel attributes {nvvm.maxntid = array<i32: 256, 1, 1>, nvvm.minctasm = 1 : i32, rt.config = #rt.gpu_launch<blocks = 1, threads = 256>, rt.cost = #rt.cost<flops = 0, bytes = 48>, rt.name = "t"} {
      %c6 = arith.constant 6 : index
      %c256 = arith.constant 256 : index
      %c2 = arith.constant 2 : index
      %c3 = arith.constant 3 : index
      %block_id_x = gpu.block_id  x
      %0 = arith.muli %block_id_x, %c256 : index
      %thread_id_x = gpu.thread_id  x
      %1 = arith.addi %0, %thread_id_x : index
      %2 = arith.cmpi ult, %1, %c6 : index
      scf.if %2 {
        %3 = arith.remui %1, %c3 : index
        %4 = arith.divui %1, %c3 : index
        %5 = arith.remui %4, %c2 : index
        %6 = arith.divui %4, %c2 : index
        %7 = memref.load %arg0[%6, %3, %5] : memref<1x3x2xf32>
        memref.store %7, %arg1[%6, %5, %3] : memref<1x2x3xf32>
      }
      gpu.return
    }
    gpu.func @k_y(%arg0: memref<1x2x3xf32>, %arg1: memref<1x3xf32>, %arg2: memref<0xi8>) kernel attributes {nvvm.maxntid = array<i32: 256, 1, 1>, nvvm.minctasm = 1 : i32, rt.config = #rt.gpu_launch<blocks = 1, threads = 256>, rt.cost = #rt.cost<flops = 6, bytes = 36>, rt.name = "y"} {
      %c2 = arith.constant 2 : index
      %c256 = arith.constant 256 : index
      %cst = arith.constant 0.000000e+00 : f32
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c3 = arith.constant 3 : index
      %block_id_x = gpu.block_id  x
      %0 = arith.muli %block_id_x, %c256 : index
      %thread_id_x = gpu.thread_id  x
      %1 = arith.addi %0, %thread_id_x : index
      %2 = arith.cmpi ult, %1, %c3 : index
      scf.if %2 {
        %3 = arith.remui %1, %c3 : index
        %4 = arith.divui %1, %c3 : index
        memref.store %cst, %arg1[%4, %3] : memref<1x3xf32>
      }
      scf.if %2 {
        %3 = arith.remui %1, %c3 : index
        %4 = arith.divui %1, %c3 : index
        scf.for %arg3 = %c0 to %c2 step %c1 {
          %5 = memref.load %arg0[%4, %arg3, %3] : memref<1x2x3xf32>
          %6 = memref.load %arg1[%4, %3] : memref<1x3xf32>
          %7 = arith.addf %6, %5 : f32
          memref.store %7, %arg1[%4, %3] : memref<1x3xf32>
        }
      }
      gpu.return
    }
  }
  func.func @predict(%arg0: tensor<1x3x2xf32> {train.name = "x"}) -> (tensor<1x3xf32> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 128, results = [<arena, 64>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @kernels::@k_t as "t"(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x3x2xf32>) -> tensor<1x2x3xf32>
    %1 = rt.launch @kernels::@k_y as "y"(%0) slots [arena 0] -> [arena 64] : (tensor<1x2x3xf32>) -> tensor<1x3xf32>
    return %1 : tensor<1x3xf32>
  }
}

module @s attributes {rt.recipe_hash = "18346a2c808d1b0d65ade3aa3192a4e60e65852fb317a94ee9f1d815dda99437"} {
  gpu.module @kernels {
    gpu.func @k_y(%arg0: memref<1x5xf64>, %arg1: memref<1x5xf64>, %arg2: memref<0xi8>) kernel attributes {nvvm.maxntid = array<i32: 256, 1, 1>, nvvm.minctasm = 1 : i32, rt.config = #rt.gpu_launch<blocks = 1, threads = 256>, rt.cost = #rt.cost<flops = 25, bytes = 80>, rt.name = "y"} {
      %c52_i64 = arith.constant 52 : i64
      %c1023_i64 = arith.constant 1023 : i64
      %c1_i64 = arith.constant 1 : i64
      %cst = arith.constant 1.000000e+00 : f64
      %cst_0 = arith.constant 5.000000e-01 : f64
      %cst_1 = arith.constant 0.16666666666666666 : f64
      %cst_2 = arith.constant 0.041666666666666664 : f64
      %cst_3 = arith.constant 0.0083333333333333332 : f64
      %cst_4 = arith.constant 0.0013888888888888889 : f64
      %cst_5 = arith.constant 1.9841269841269841E-4 : f64
      %cst_6 = arith.constant 2.4801587301587302E-5 : f64
      %cst_7 = arith.constant 2.7557319223985893E-6 : f64
      %cst_8 = arith.constant 2.7557319223985888E-7 : f64
      %cst_9 = arith.constant 2.505210838544172E-8 : f64
      %cst_10 = arith.constant 2.08767569878681E-9 : f64
      %cst_11 = arith.constant 1.6059043836821613E-10 : f64
      %cst_12 = arith.constant -1.9082149292705877E-10 : f64
      %cst_13 = arith.constant -0.69314718036912382 : f64
      %cst_14 = arith.constant 1.4426950408889634 : f64
      %cst_15 = arith.constant 7.100000e+02 : f64
      %cst_16 = arith.constant -7.460000e+02 : f64
      %cst_17 = arith.constant 0.000000e+00 : f64
      %c1_i32 = arith.constant 1 : i32
      %c2_i32 = arith.constant 2 : i32
      %c4_i32 = arith.constant 4 : i32
      %c8_i32 = arith.constant 8 : i32
      %c32_i32 = arith.constant 32 : i32
      %c16_i32 = arith.constant 16 : i32
      %cst_18 = arith.constant 0xFFF0000000000000 : f64
      %c4 = arith.constant 4 : index
      %c5 = arith.constant 5 : index
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c32 = arith.constant 32 : index
      %c8 = arith.constant 8 : index
      %block_id_x = gpu.block_id  x
      %0 = arith.muli %block_id_x, %c8 : index
      %thread_id_x = gpu.thread_id  x
      %1 = arith.divui %thread_id_x, %c32 : index
      %2 = arith.addi %0, %1 : index
      %3 = arith.remui %thread_id_x, %c32 : index
      %4 = arith.cmpi ult, %2, %c1 : index
      %5 = arith.cmpi ult, %3, %c5 : index
      %6 = arith.minui %3, %c4 : index
      %7 = memref.load %arg0[%c0, %6] : memref<1x5xf64>
      %8 = arith.select %5, %7, %cst_18 : f64
      %shuffleResult, %valid = gpu.shuffle  xor %8, %c16_i32, %c32_i32 : f64
      %9 = arith.maximumf %8, %shuffleResult : f64
      %shuffleResult_19, %valid_20 = gpu.shuffle  xor %9, %c8_i32, %c32_i32 : f64
      %10 = arith.maximumf %9, %shuffleResult_19 : f64
      %shuffleResult_21, %valid_22 = gpu.shuffle  xor %10, %c4_i32, %c32_i32 : f64
      %11 = arith.maximumf %10, %shuffleResult_21 : f64
      %shuffleResult_23, %valid_24 = gpu.shuffle  xor %11, %c2_i32, %c32_i32 : f64
      %12 = arith.maximumf %11, %shuffleResult_23 : f64
      %shuffleResult_25, %valid_26 = gpu.shuffle  xor %12, %c1_i32, %c32_i32 : f64
      %13 = arith.maximumf %12, %shuffleResult_25 : f64
      %14 = arith.subf %7, %13 : f64
      %15 = arith.cmpf olt, %14, %cst_16 : f64
      %16 = arith.select %15, %cst_16, %14 : f64
      %17 = arith.cmpf olt, %cst_15, %16 : f64
      %18 = arith.select %17, %cst_15, %16 : f64
      %19 = arith.mulf %18, %cst_14 : f64
      %20 = math.roundeven %19 : f64
      %21 = math.fma %20, %cst_13, %18 : f64
      %22 = math.fma %20, %cst_12, %21 : f64
      %23 = math.fma %cst_11, %22, %cst_10 : f64
      %24 = math.fma %23, %22, %cst_9 : f64
      %25 = math.fma %24, %22, %cst_8 : f64
      %26 = math.fma %25, %22, %cst_7 : f64
      %27 = math.fma %26, %22, %cst_6 : f64
      %28 = math.fma %27, %22, %cst_5 : f64
      %29 = math.fma %28, %22, %cst_4 : f64
      %30 = math.fma %29, %22, %cst_3 : f64
      %31 = math.fma %30, %22, %cst_2 : f64
      %32 = math.fma %31, %22, %cst_1 : f64
      %33 = math.fma %32, %22, %cst_0 : f64
      %34 = math.fma %33, %22, %cst : f64
      %35 = math.fma %34, %22, %cst : f64
      %36 = arith.fptosi %20 : f64 to i64
      %37 = arith.shrsi %36, %c1_i64 : i64
      %38 = arith.addi %37, %c1023_i64 : i64
      %39 = arith.shli %38, %c52_i64 : i64
      %40 = arith.bitcast %39 : i64 to f64
      %41 = arith.mulf %35, %40 : f64
      %42 = arith.subi %36, %37 : i64
      %43 = arith.addi %42, %c1023_i64 : i64
      %44 = arith.shli %43, %c52_i64 : i64
      %45 = arith.bitcast %44 : i64 to f64
      %46 = arith.mulf %41, %45 : f64
      %47 = arith.addf %46, %cst_17 : f64
      %48 = arith.select %5, %47, %cst_17 : f64
      %shuffleResult_27, %valid_28 = gpu.shuffle  xor %48, %c16_i32, %c32_i32 : f64
      %49 = arith.addf %48, %shuffleResult_27 : f64
      %shuffleResult_29, %valid_30 = gpu.shuffle  xor %49, %c8_i32, %c32_i32 : f64
      %50 = arith.addf %49, %shuffleResult_29 : f64
      %shuffleResult_31, %valid_32 = gpu.shuffle  xor %50, %c4_i32, %c32_i32 : f64
      %51 = arith.addf %50, %shuffleResult_31 : f64
      %shuffleResult_33, %valid_34 = gpu.shuffle  xor %51, %c2_i32, %c32_i32 : f64
      %52 = arith.addf %51, %shuffleResult_33 : f64
      %shuffleResult_35, %valid_36 = gpu.shuffle  xor %52, %c1_i32, %c32_i32 : f64
      %53 = arith.addf %52, %shuffleResult_35 : f64
      scf.if %4 {
        %54 = arith.divf %46, %53 : f64
        scf.if %5 {
          memref.store %54, %arg1[%c0, %6] : memref<1x5xf64>
        }
      }
      gpu.return
    }
  }
  func.func @predict(%arg0: tensor<1x5xf64> {train.name = "x"}) -> (tensor<1x5xf64> {train.name = "output"}) attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<arena, 0>]>, train.entry = #train.entry<predict>} {
    %0 = rt.launch @kernels::@k_y as "y"(%arg0) slots [inputs 0] -> [arena 0] : (tensor<1x5xf64>) -> tensor<1x5xf64>
    return %0 : tensor<1x5xf64>
  }
}

module @r {
  func.func @y(%arg0: memref<3xf32> {llvm.noalias}, %arg1: memref<3xf32> {llvm.noalias}, %arg2: index, %arg3: index, %arg4: memref<0xi8>) {
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
  rt.model "r" by "gradus 0.1.0" for "x86_64-pc-linux-gnu znver3" recipe_hash "597cfcff0035012841c86b8df9a665bbbb4772639b5ab3e544b8cb7391974de4" variables_bytes 0 {
    rt.model.kernel @y calls "y" location "/tmp/sd/relu.txtpb:1:70" config #rt.cpu_launch<units = 1> cost <flops = 3, bytes = 24>
    rt.model.entry predict batch 1 arena_bytes 64 {
      rt.model.input "x" : tensor<1x3xf32>
      rt.model.launch @y slots [inputs 0] -> [arena 0] : [tensor<1x3xf32>]
      rt.model.output "output" at <arena, 0> : tensor<1x3xf32>
    }
  }
}

module @s {
  func.func @y(%arg0: memref<1x5xf64> {llvm.noalias}, %arg1: memref<1x5xf64> {llvm.noalias}, %arg2: index, %arg3: index, %arg4: memref<0xi8>) {
    %cst = arith.constant dense<0.000000e+00> : vector<8xf64>
    %c0 = arith.constant 0 : index
    %cst_0 = arith.constant dense<[true, true, true, true, true, false, false, false]> : vector<8xi1>
    %cst_1 = arith.constant dense<0xFFF0000000000000> : vector<8xf64>
    %c1 = arith.constant 1 : index
    scf.for %arg5 = %arg2 to %arg3 step %c1 {
      %0 = vector.maskedload %arg0[%arg5, %c0], %cst_0, %cst : memref<1x5xf64>, vector<8xi1>, vector<8xf64> into vector<8xf64>
      %1 = arith.select %cst_0, %0, %cst_1 : vector<8xi1>, vector<8xf64>
      %2 = vector.extract_strided_slice %1 {offsets = [0], sizes = [4], strides = [1]} : vector<8xf64> to vector<4xf64>
      %3 = vector.extract_strided_slice %1 {offsets = [4], sizes = [4], strides = [1]} : vector<8xf64> to vector<4xf64>
      %4 = arith.maximumf %2, %3 : vector<4xf64>
      %5 = vector.extract_strided_slice %4 {offsets = [0], sizes = [2], strides = [1]} : vector<4xf64> to vector<2xf64>
      %6 = vector.extract_strided_slice %4 {offsets = [2], sizes = [2], strides = [1]} : vector<4xf64> to vector<2xf64>
      %7 = arith.maximumf %5, %6 : vector<2xf64>
      %8 = vector.extract_strided_slice %7 {offsets = [0], sizes = [1], strides = [1]} : vector<2xf64> to vector<1xf64>
      %9 = vector.extract_strided_slice %7 {offsets = [1], sizes = [1], strides = [1]} : vector<2xf64> to vector<1xf64>
      %10 = arith.maximumf %8, %9 : vector<1xf64>
      %11 = vector.extract %10[0] : f64 from vector<1xf64>
      %12 = vector.broadcast %11 : f64 to vector<8xf64>
      %13 = arith.subf %0, %12 : vector<8xf64>
      %14 = math.exp %13 : vector<8xf64>
      %15 = arith.addf %14, %cst : vector<8xf64>
      %16 = arith.select %cst_0, %15, %cst : vector<8xi1>, vector<8xf64>
      %17 = vector.extract_strided_slice %16 {offsets = [0], sizes = [4], strides = [1]} : vector<8xf64> to vector<4xf64>
      %18 = vector.extract_strided_slice %16 {offsets = [4], sizes = [4], strides = [1]} : vector<8xf64> to vector<4xf64>
      %19 = arith.addf %17, %18 : vector<4xf64>
      %20 = vector.extract_strided_slice %19 {offsets = [0], sizes = [2], strides = [1]} : vector<4xf64> to vector<2xf64>
      %21 = vector.extract_strided_slice %19 {offsets = [2], sizes = [2], strides = [1]} : vector<4xf64> to vector<2xf64>
      %22 = arith.addf %20, %21 : vector<2xf64>
      %23 = vector.extract_strided_slice %22 {offsets = [0], sizes = [1], strides = [1]} : vector<2xf64> to vector<1xf64>
      %24 = vector.extract_strided_slice %22 {offsets = [1], sizes = [1], strides = [1]} : vector<2xf64> to vector<1xf64>
      %25 = arith.addf %23, %24 : vector<1xf64>
      %26 = vector.extract %25[0] : f64 from vector<1xf64>
      %27 = vector.broadcast %26 : f64 to vector<8xf64>
      %28 = arith.divf %14, %27 : vector<8xf64>
      vector.maskedstore %arg1[%arg5, %c0], %cst_0, %28 : memref<1x5xf64>, vector<8xi1>, vector<8xf64>
    }
    return
  }
  rt.model "s" by "gradus 0.1.0" for "x86_64-pc-linux-gnu znver3" recipe_hash "18346a2c808d1b0d65ade3aa3192a4e60e65852fb317a94ee9f1d815dda99437" variables_bytes 0 {
    rt.model.kernel @y calls "y" location "/tmp/sd/softmax.txtpb:1:70" config #rt.cpu_launch<units = 1> cost <flops = 25, bytes = 80>
    rt.model.entry predict batch 1 arena_bytes 64 {
      rt.model.input "x" : tensor<1x5xf64>
      rt.model.launch @y slots [inputs 0] -> [arena 0] : [tensor<1x5xf64>]
      rt.model.output "output" at <arena, 0> : tensor<1x5xf64>
    }
  }
}

module @c {
  func.func @t(%arg0: memref<1x3x2xf32> {llvm.noalias}, %arg1: memref<1x2x3xf32> {llvm.noalias}, %arg2: index, %arg3: index, %arg4: memref<0xi8>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    scf.for %arg5 = %c0 to %c2 step %c1 {
      scf.for %arg6 = %c0 to %c3 step %c1 {
        %0 = memref.load %arg0[%c0, %arg6, %arg5] : memref<1x3x2xf32>
        memref.store %0, %arg1[%c0, %arg5, %arg6] : memref<1x2x3xf32>
      }
    }
    return
  }
  func.func @y(%arg0: memref<1x2x3xf32> {llvm.noalias}, %arg1: memref<1x3xf32> {llvm.noalias}, %arg2: index, %arg3: index, %arg4: memref<0xi8>) {
    %c2 = arith.constant 2 : index
    %cst = arith.constant 0.000000e+00 : f32
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    scf.for %arg5 = %c0 to %c3 step %c1 {
      memref.store %cst, %arg1[%c0, %arg5] : memref<1x3xf32>
    }
    scf.for %arg5 = %c0 to %c2 step %c1 {
      scf.for %arg6 = %c0 to %c3 step %c1 {
        %0 = memref.load %arg0[%c0, %arg5, %arg6] : memref<1x2x3xf32>
        %1 = memref.load %arg1[%c0, %arg6] : memref<1x3xf32>
        %2 = arith.addf %1, %0 : f32
        memref.store %2, %arg1[%c0, %arg6] : memref<1x3xf32>
      }
    }
    return
  }
  rt.model "c" by "gradus 0.1.0" for "x86_64-pc-linux-gnu znver3" recipe_hash "a7a2947b509d6e3f33413b7c1a3989f4f97d8f4487fe794ba63dec766ec4654f" variables_bytes 0 {
    rt.model.kernel @t calls "t" location "/tmp/sd/columns.txtpb:1:72" config #rt.cpu_launch<units = 1> cost <flops = 0, bytes = 48>
    rt.model.kernel @y calls "y" location "/tmp/sd/columns.txtpb:1:130" config #rt.cpu_launch<units = 1> cost <flops = 6, bytes = 36>
    rt.model.entry predict batch 1 arena_bytes 128 {
      rt.model.input "x" : tensor<1x3x2xf32>
      rt.model.launch @t slots [inputs 0] -> [arena 0] : [tensor<1x2x3xf32>]
      rt.model.launch @y slots [arena 0] -> [arena 64] : [tensor<1x3xf32>]
      rt.model.output "output" at <arena, 64> : tensor<1x3xf32>
    }
  }
}

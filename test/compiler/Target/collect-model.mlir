// RUN: gradus-opt %s --rt-collect-model="compiler=c target=t" | FileCheck %s

// The hash is the module's, kernels of a CPU are its functions, and a launch under
// another name is a kernel of its own with the same code.
//      CHECK: rt.model "m" by "c" for "t" recipe_hash "{{a+}}" variables_bytes 256 {
// CHECK-NEXT:   rt.model.variable @w : tensor<5x7xf32> at 0 init #train.uniform_init<low = -1.000000e-01, high = 1.000000e-01>
// CHECK-NEXT:   rt.model.variable @s : tensor<f64> at 192
// CHECK-NEXT:   rt.model.kernel @k calls "k" location "m.txtpb:3:4" config #rt.cpu_launch<units = 7> cost <flops = 300000, bytes = 60> scratch_bytes 128
// CHECK-NEXT:   rt.model.kernel @again calls "k" config #rt.cpu_launch<units = 7> cost <flops = 300000, bytes = 60> scratch_bytes 128
// CHECK-NEXT:   rt.model.entry eval batch 3 arena_bytes 256 {
// CHECK-NEXT:     rt.model.input "x" : tensor<3x5xf32>
// CHECK-NEXT:     rt.model.launch @k parallel slots [inputs 0, variables 0] -> [arena 0] : [tensor<3x7xf32>]
// CHECK-NEXT:     rt.model.launch @again parallel slots [inputs 0, variables 0] -> [arena 128] : [tensor<3x7xf32>]
// CHECK-NEXT:     rt.model.output "y" at <arena, 0> : tensor<3x7xf32>
module @m attributes {rt.recipe_hash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
  train.parameter @w : tensor<5x7xf32> init #train.uniform_init<low = -0.1, high = 0.1>
  train.state @s : tensor<f64>
  rt.variable @w at 0 : tensor<5x7xf32>
  rt.variable @s at 192 : tensor<f64>
  func.func @k(%x: memref<3x5xf32>, %w: memref<5x7xf32>, %y: memref<3x7xf32>, %begin: index, %end: index,
      %scratch: memref<128xi8>) attributes {rt.config = #rt.cpu_launch<units = 7>,
      rt.cost = #rt.cost<flops = 300000, bytes = 60>} {
    return
  } loc("m.txtpb":3:4)
  func.func @eval(%x: tensor<3x5xf32> {train.name = "x"}) -> (tensor<3x7xf32> {train.name = "y"})
      attributes {train.entry = #train.entry<eval>, rt.plan = #rt.plan<arena_bytes = 256, results = [<arena, 0>]>} {
    %w = train.read @w : tensor<5x7xf32>
    %0 = rt.launch @k(%x, %w) slots [inputs 0, variables 0] -> [arena 0] : (tensor<3x5xf32>, tensor<5x7xf32>)
        -> tensor<3x7xf32>
    %1 = rt.launch @k as "again"(%x, %w) slots [inputs 0, variables 0] -> [arena 128] : (tensor<3x5xf32>, tensor<5x7xf32>)
        -> tensor<3x7xf32> loc(unknown)
    return %0 : tensor<3x7xf32>
  }
}

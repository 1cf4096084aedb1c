// RUN: gradus-opt %s | gradus-opt | FileCheck %s
// RUN: gradus-opt %s --mlir-print-op-generic | gradus-opt | FileCheck %s

// CHECK-LABEL: rt.kernel @"hidden1+relu"
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>, %[[W:.*]]: tensor<7x5xf32>) -> tensor<3x7xf32> kind matmul attributes {decisions = ["with matmul: same loops"]}
rt.kernel @"hidden1+relu"(%x: tensor<3x5xf32>, %w: tensor<7x5xf32>) -> tensor<3x7xf32> kind matmul attributes {decisions = ["with matmul: same loops"]} {
  // CHECK: %[[Y:.*]] = nn.matmul %[[X]], %[[W]] transpose_rhs
  // CHECK: %[[R:.*]] = nn.relu %[[Y]]
  // CHECK: rt.yield %[[R]] : tensor<3x7xf32>
  %0 = nn.matmul %x, %w transpose_rhs : tensor<3x5xf32>, tensor<7x5xf32>
  %1 = nn.relu %0 : tensor<3x7xf32>
  rt.yield %1 : tensor<3x7xf32>
}

// CHECK: rt.kernel @two(%{{.*}}: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>) kind elementwise {
rt.kernel @two(%x: tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>) kind elementwise {
  %0 = nn.exp %x : tensor<5xf32>
  %1 = nn.neg %x : tensor<5xf32>
  rt.yield %0, %1 : tensor<5xf32>, tensor<5xf32>
}

// The work of a launch, where it is known.
// CHECK: rt.kernel @costly(%{{.*}}: tensor<5xf32>) -> tensor<5xf32> kind elementwise cost <flops = 5, bytes = 40> {
rt.kernel @costly(%x: tensor<5xf32>) -> tensor<5xf32> kind elementwise cost <flops = 5, bytes = 40> {
  // CHECK: rt.copy %{{.*}} : tensor<5xf32>
  %0 = rt.copy %x : tensor<5xf32>
  rt.yield %0 : tensor<5xf32>
}

// CHECK: rt.kernel @nothing() kind generic {
// CHECK-NEXT: rt.yield
rt.kernel @nothing() kind generic {
  rt.yield
}

// CHECK: rt.kernel @rows({{.*}}) -> tensor<3xf32> kind row {
rt.kernel @rows(%x: tensor<3x5xf32>) -> tensor<3xf32> kind row {
  %0 = nn.reduce sum %x dims [1] : tensor<3x5xf32>
  rt.yield %0 : tensor<3xf32>
}

// CHECK: rt.kernel @columns({{.*}}) -> tensor<5xf32> kind column {
rt.kernel @columns(%x: tensor<3x5xf32>) -> tensor<5xf32> kind column {
  %0 = nn.reduce sum %x dims [0] : tensor<3x5xf32>
  rt.yield %0 : tensor<5xf32>
}

// CHECK-LABEL: func.func @launches
//  CHECK-SAME: (%[[X:.*]]: tensor<5xf32>)
func.func @launches(%x: tensor<5xf32>) -> tensor<5xf32> {
  // CHECK: %[[Y:.*]]:2 = rt.launch @two(%[[X]]) : (tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>)
  // CHECK: rt.launch @two(%[[Y]]#0) slots [arena 64] -> [variables 0, arena 128]
  // CHECK: rt.launch @nothing() slots [] -> [] : () -> ()
  %0:2 = rt.launch @two(%x) : (tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>)
  %1:2 = rt.launch @two(%0#0) slots [arena 64] -> [variables 0, arena 128] : (tensor<5xf32>) -> (tensor<5xf32>, tensor<5xf32>)
  rt.launch @nothing() slots [] -> [] : () -> ()
  return %1#1 : tensor<5xf32>
}

// What is known about functions is typed.
// CHECK-LABEL: func.func @on_a_cpu
//  CHECK-SAME: rt.config = #rt.cpu_launch<units = 3>, rt.cost = #rt.cost<flops = 5, bytes = 40>
func.func @on_a_cpu() attributes {rt.config = #rt.cpu_launch<units = 3>, rt.cost = #rt.cost<flops = 5, bytes = 40>} {
  return
}
// CHECK-LABEL: func.func @on_a_gpu
//  CHECK-SAME: rt.config = #rt.gpu_launch<blocks = 2, threads = 256>, rt.name = "a b", rt.precision = #rt.precision<tf32>
func.func @on_a_gpu() attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 256>, rt.name = "a b", rt.precision = #rt.precision<tf32>} {
  return
}
// CHECK-LABEL: func.func @planned
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 64, results = [<inputs, 0>]>
func.func @planned(%x: tensor<5xf32>) -> tensor<5xf32> attributes {rt.plan = #rt.plan<arena_bytes = 64, results = [<inputs, 0>]>} {
  return %x : tensor<5xf32>
}
// CHECK-LABEL: func.func @planned_without_results
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 0>
func.func @planned_without_results() attributes {rt.plan = #rt.plan<arena_bytes = 0>} {
  return
}

// CHECK: rt.variable @w at 64 : tensor<2x3xf32>
train.parameter @w : tensor<2x3xf32> init #train.uniform_init<low = -0.1, high = 0.1>
rt.variable @w at 64 : tensor<2x3xf32>

//      CHECK: rt.model "m" by "gradus" for "cpu" recipe_hash "{{0+}}" variables_bytes 192 {
// CHECK-NEXT:   rt.model.variable @w : tensor<2x3xf32> at 0 init #train.uniform_init<low = -1.000000e-01, high = 1.000000e-01> frozen
// CHECK-NEXT:   rt.model.variable @w.m : tensor<2x3xf32> at 128
// CHECK-NEXT:   rt.model.kernel @two calls "two" location "m.txtpb:3:4" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40> scratch_bytes 64
// CHECK-NEXT:   rt.model.kernel @two_0 as "two" calls "k_two" config #rt.gpu_launch<blocks = 2, threads = 64> cost <flops = 5, bytes = 40> shared_bytes 65536 dynamic_shared precision <bf16> arg_bytes [20, 20]
// CHECK-NEXT:   rt.model.entry predict batch 4 arena_bytes 64 mixes "'m' (m.txtpb:2:1)" {
// CHECK-NEXT:     rt.model.input "x" : tensor<4x3xf32>
// CHECK-NEXT:     rt.model.input "i" indices 5 : tensor<4xi32>
// CHECK-NEXT:     rt.model.launch @two parallel slots [inputs 0, variables 0] -> [arena 0] : [tensor<4x2xf32>]
// CHECK-NEXT:     rt.model.output "y" at <arena, 0> : tensor<4x2xf32>
rt.model "m" by "gradus" for "cpu" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 192 {
  rt.model.variable @w : tensor<2x3xf32> at 0 init #train.uniform_init<low = -0.1, high = 0.1> frozen
  rt.model.variable @w.m : tensor<2x3xf32> at 128
  rt.model.kernel @two calls "two" location "m.txtpb:3:4" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40> scratch_bytes 64
  rt.model.kernel @two_0 as "two" calls "k_two" config #rt.gpu_launch<blocks = 2, threads = 64> cost <flops = 5, bytes = 40> shared_bytes 65536 dynamic_shared precision <bf16> arg_bytes [20, 20]
  rt.model.entry predict batch 4 arena_bytes 64 mixes "'m' (m.txtpb:2:1)" {
    rt.model.input "x" : tensor<4x3xf32>
    rt.model.input "i" indices 5 : tensor<4xi32>
    rt.model.launch @two parallel slots [inputs 0, variables 0] -> [arena 0] : [tensor<4x2xf32>]
    rt.model.output "y" at <arena, 0> : tensor<4x2xf32>
  }
}

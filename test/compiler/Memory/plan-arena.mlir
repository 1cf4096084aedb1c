// RUN: gradus-opt %s --rt-plan-arena --split-input-file | FileCheck %s

// Parameters, then states, each on a cache line; 37 floats take 192 bytes.
// CHECK: train.parameter @b
// CHECK-NEXT: rt.variable @a at 0 : tensor<37xf32>
// CHECK-NEXT: rt.variable @b at 192 : tensor<1xf32>
// CHECK-NEXT: rt.variable @s at 256 : tensor<3xf64>
train.parameter @a : tensor<37xf32> init #train.constant_init<value = 0.0>
train.state @s : tensor<3xf64>
train.parameter @b : tensor<1xf32> init #train.constant_init<value = 0.0>

rt.kernel @add(%x: tensor<37xf32>, %y: tensor<37xf32>) -> tensor<37xf32> kind elementwise {
  %0 = nn.add %x, %y : tensor<37xf32>
  rt.yield %0 : tensor<37xf32>
}

// Inputs are named by index, variables and counters by offset; a written
// parameter takes the parameter's place. Nothing is left for the arena.
// CHECK-LABEL: func.func @segments
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 0
//       CHECK: slots [variables 0, inputs 1] -> [variables 0]
func.func @segments(%u: tensor<3xf32>, %x: tensor<37xf32>) attributes {train.entry = #train.entry<train>} {
  %a = train.read @a : tensor<37xf32>
  %0 = rt.launch @add(%a, %x) : (tensor<37xf32>, tensor<37xf32>) -> tensor<37xf32>
  train.write @a, %0 : tensor<37xf32>
  return
}

// -----

rt.kernel @scale(%t: tensor<i64>) -> tensor<f32> kind elementwise {
  %0 = nn.cast %t : tensor<i64> -> tensor<f32>
  rt.yield %0 : tensor<f32>
}
// CHECK-LABEL: func.func @counters
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 128
//       CHECK: slots [counters 0]
//       CHECK: slots [counters 16]
func.func @counters() -> (tensor<f32>, tensor<f32>) attributes {train.entry = #train.entry<train>} {
  %step = train.counter step
  %seed = train.counter seed
  %0 = rt.launch @scale(%step) : (tensor<i64>) -> tensor<f32>
  %1 = rt.launch @scale(%seed) : (tensor<i64>) -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// -----

// Reductions cannot work in place: three values, of which the first is dead
// when the third is born. It takes its place.
rt.kernel @rows(%x: tensor<16x16xf32>) -> tensor<16x16xf32> kind row {
  %0 = nn.reduce sum %x dims [1] : tensor<16x16xf32>
  %1 = nn.broadcast %0 dims [0] : tensor<16xf32> -> tensor<16x16xf32>
  %2 = nn.sub %x, %1 : tensor<16x16xf32>
  rt.yield %2 : tensor<16x16xf32>
}
// CHECK-LABEL: func.func @reuse
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 2048
//  CHECK-SAME: results = [<arena, [[A:[0-9]+]]>]
//       CHECK: -> [arena [[A]]]
//       CHECK: slots [arena [[A]]] -> [arena [[B:[0-9]+]]]
//       CHECK: slots [arena [[B]]] -> [arena [[A]]]
func.func @reuse(%x: tensor<16x16xf32>) -> tensor<16x16xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @rows(%x) : (tensor<16x16xf32>) -> tensor<16x16xf32>
  %1 = rt.launch @rows(%0) : (tensor<16x16xf32>) -> tensor<16x16xf32>
  %2 = rt.launch @rows(%1) : (tensor<16x16xf32>) -> tensor<16x16xf32>
  return %2 : tensor<16x16xf32>
}

// -----

rt.kernel @exp(%x: tensor<16xf32>) -> tensor<16xf32> kind elementwise {
  %0 = nn.exp %x : tensor<16xf32>
  rt.yield %0 : tensor<16xf32>
}
// A value that dies where an elementwise result is born passes on its place.
// CHECK-LABEL: func.func @in_place
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 64
func.func @in_place(%x: tensor<16xf32>) -> tensor<16xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @exp(%x) : (tensor<16xf32>) -> tensor<16xf32>
  %1 = rt.launch @exp(%0) : (tensor<16xf32>) -> tensor<16xf32>
  %2 = rt.launch @exp(%1) : (tensor<16xf32>) -> tensor<16xf32>
  return %2 : tensor<16xf32>
}

// Unless it is needed later, or returned: values alive together lie apart.
// CHECK-LABEL: func.func @live_values_lie_apart
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 192
//  CHECK-SAME: results = [<arena, [[A:[0-9]+]]>, <arena, [[B:[0-9]+]]>, <arena, [[C:[0-9]+]]>]
//       CHECK: -> [arena [[A]]]
//       CHECK: slots [arena [[A]]] -> [arena [[B]]]
//       CHECK: slots [arena [[B]]] -> [arena [[C]]]
func.func @live_values_lie_apart(%x: tensor<16xf32>) -> (tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @exp(%x) : (tensor<16xf32>) -> tensor<16xf32>
  %1 = rt.launch @exp(%0) : (tensor<16xf32>) -> tensor<16xf32>
  %2 = rt.launch @exp(%1) : (tensor<16xf32>) -> tensor<16xf32>
  return %0, %1, %2 : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>
}

// An input is not ours to write over.
// CHECK-LABEL: func.func @not_over_an_input
//       CHECK: slots [inputs 0] -> [arena 0]
func.func @not_over_an_input(%x: tensor<16xf32>) -> tensor<16xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @exp(%x) : (tensor<16xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}

// -----

// An operand of the product is read many times: not in place. One that only
// the epilogue reads may be.
rt.kernel @product(%x: tensor<16x16xf32>, %y: tensor<16x16xf32>) -> tensor<16x16xf32> kind matmul {
  %0 = nn.matmul %x, %y : tensor<16x16xf32>, tensor<16x16xf32>
  rt.yield %0 : tensor<16x16xf32>
}
rt.kernel @residual(%x: tensor<16x16xf32>, %y: tensor<16x16xf32>) -> tensor<16x16xf32> kind matmul {
  %0 = nn.matmul %x, %x : tensor<16x16xf32>, tensor<16x16xf32>
  %1 = nn.add %0, %y : tensor<16x16xf32>
  rt.yield %1 : tensor<16x16xf32>
}
// CHECK-LABEL: func.func @products
//       CHECK: rt.launch @product{{.*}}-> [arena [[A:[0-9]+]]]
//       CHECK: rt.launch @product{{.*}}slots [inputs 0, arena [[A]]] -> [arena [[B:[0-9]+]]]
//   CHECK-NOT: -> [arena [[A]]]
//       CHECK: rt.launch @residual{{.*}}slots [inputs 0, arena [[B]]] -> [arena [[B]]]
func.func @products(%x: tensor<16x16xf32>) -> tensor<16x16xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @product(%x, %x) : (tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<16x16xf32>
  %1 = rt.launch @product(%x, %0) : (tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<16x16xf32>
  %2 = rt.launch @residual(%x, %1) : (tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<16x16xf32>
  return %2 : tensor<16x16xf32>
}

// -----

rt.kernel @exp(%x: tensor<16xf32>) -> tensor<16xf32> kind elementwise {
  %0 = nn.exp %x : tensor<16xf32>
  rt.yield %0 : tensor<16xf32>
}
rt.kernel @exp2(%x: tensor<4x4xf32>) -> tensor<4x4xf32> kind elementwise {
  %0 = nn.exp %x : tensor<4x4xf32>
  rt.yield %0 : tensor<4x4xf32>
}
// A reshape shows the same bytes, and keeps them alive.
// CHECK-LABEL: func.func @reshape_is_a_view
//       CHECK: rt.launch @exp{{.*}}-> [arena [[A:[0-9]+]]]
//       CHECK: rt.launch @exp2{{.*}}slots [arena [[A]]]
//       CHECK: rt.launch @exp2{{.*}}slots [arena [[A]]]
func.func @reshape_is_a_view(%x: tensor<16xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @exp(%x) : (tensor<16xf32>) -> tensor<16xf32>
  %1 = nn.reshape %0 : tensor<16xf32> -> tensor<4x4xf32>
  %2 = rt.launch @exp2(%1) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = rt.launch @exp2(%1) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2, %3 : tensor<4x4xf32>, tensor<4x4xf32>
}

// RUN: gradus-opt %s --rt-erase-program | FileCheck %s

// CHECK-NOT: train.parameter
// CHECK-NOT: train.state
train.parameter @w : tensor<4xf32> init #train.constant_init<value = 0.0>
train.state @s : tensor<4xf32>

// Buffers that share memory with no other argument are noalias: %a and %d
// share one here.
// CHECK: func.func @shared(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32>, %{{.*}}: index, %{{.*}}: index, %{{.*}}: memref<0xi8>)
func.func @shared(%a: memref<4xf32>, %b: memref<4xf32>, %c: memref<4xf32>, %d: memref<4xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) {
  return
}

// Nothing is promised where no place is known.
// CHECK: func.func @no_places(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>, %{{.*}}: index
// CHECK-NOT: noalias
func.func @no_places(%a: memref<4xf32>, %b: memref<4xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) {
  return
}

// One of its launches finds %b where it writes: the promise must hold for both.
// CHECK: func.func @launched_twice(%{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32>, %{{.*}}: index
func.func @launched_twice(%a: memref<4xf32>, %b: memref<4xf32>, %c: memref<4xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) {
  return
}

// Slots may overlap without being equal: here by the last eight bytes of %a.
// CHECK: func.func @overlapping(%{{.*}}: memref<4xf32>, %{{.*}}: memref<4xf32> {llvm.noalias}, %{{.*}}: memref<4xf32>, %{{.*}}: index
func.func @overlapping(%a: memref<4xf32>, %b: memref<4xf32>, %c: memref<4xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) {
  return
}

// CHECK: func.func @helper
func.func @helper() {
  return
}

// CHECK-NOT: @step
func.func @step(%x: tensor<4xf32>) attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<4xf32>
  %0:2 = rt.launch @shared(%w, %x) slots [variables 0, inputs 0] -> [arena 0, variables 0] : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  %2 = rt.launch @launched_twice(%x, %w) slots [inputs 0, variables 0] -> [arena 0] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = rt.launch @launched_twice as "again"(%x, %2) slots [inputs 0, arena 0] -> [arena 0] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = rt.launch @overlapping(%2, %3) slots [arena 0, arena 64] -> [arena 8] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = rt.launch @no_places(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// RUN: gradus-opt %s --rt-plan-arena | FileCheck %s
// Nothing is known of how a kernel that is a function already reads and writes: its
// result is stored over no operand.

func.func @compiled(%a: memref<4xf32>, %b: memref<4xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) {
  return
}

// CHECK-LABEL: func.func @step
func.func @step(%x: tensor<4xf32>) attributes {train.entry = #train.entry<train>} {
  // CHECK: rt.launch @compiled({{.*}} -> [arena 0]
  // CHECK: rt.launch @compiled({{.*}} slots [arena 0] -> [arena 64]
  %0 = rt.launch @compiled(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = rt.launch @compiled(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// RUN: gradus-opt %s --gradus-kernels-pipeline --gradus-linalg-pipeline --gradus-vector-pipeline | FileCheck %s
// The new @a has the slot of the old @a, and the new @b is computed from the old
// @a: it must be loaded before it is overwritten. The same holds for values of
// the arena whose buffer a result reuses (PlanArena's mayOverwrite).

train.parameter @a : tensor<32xf32> init #train.constant_init<value = 0.0>
train.parameter @b : tensor<32xf32> init #train.constant_init<value = 0.0>

// Argument 2 is the old @a.
// CHECK-LABEL: func.func @neg(
// CHECK-SAME: %[[X:.*]]: memref<32xf32>, %[[OLDB:.*]]: memref<32xf32>, %[[OLDA:.*]]: memref<32xf32>, %[[A:.*]]: memref<32xf32>, %[[B:.*]]: memref<32xf32>, %{{.*}}: index
// CHECK-NOT: vector.store
// CHECK: vector.load %[[OLDA]]
// CHECK: vector.store
// CHECK-LABEL: func.func @exchange
// CHECK: slots [inputs 0, variables 128, variables 0] -> [variables 0, variables 128]
func.func @exchange(%x: tensor<32xf32>) attributes {train.entry = #train.entry<train>} {
  %a = train.read @a : tensor<32xf32>
  %b = train.read @b : tensor<32xf32>
  %0 = nn.neg %x : tensor<32xf32>
  %1 = nn.add %0, %b : tensor<32xf32>
  %2 = nn.mul %0, %a : tensor<32xf32>
  train.write @a, %1 : tensor<32xf32>
  train.write @b, %2 : tensor<32xf32>
  return
}

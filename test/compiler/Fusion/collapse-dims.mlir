// RUN: gradus-opt %s --pass-pipeline='builtin.module(func.func(nn-collapse-dims))' -split-input-file | FileCheck %s

// A dense layer on a sequence: bias, activation and residual are computed on the
// shape of the matmul, and the mask's comparison with them.
// CHECK-LABEL: func @dense
//  CHECK-SAME: %[[X:.*]]: tensor<6x4xf32>, %[[W:.*]]: tensor<4x4xf32>, %[[B:.*]]: tensor<4xf32>, %[[R:.*]]: tensor<2x3x4xf32>
//   CHECK-DAG: %[[M:.*]] = nn.matmul %[[X]], %[[W]]
//   CHECK-DAG: %[[BB:.*]] = nn.broadcast %[[B]] dims [1] : tensor<4xf32> -> tensor<6x4xf32>
//       CHECK: %[[S:.*]] = nn.add %[[M]], %[[BB]] : tensor<6x4xf32>
//       CHECK: %[[G:.*]] = nn.gelu %[[S]] : tensor<6x4xf32>
//       CHECK: %[[RR:.*]] = nn.reshape %[[R]] : tensor<2x3x4xf32> -> tensor<6x4xf32>
//       CHECK: %[[A:.*]] = nn.add %[[RR]], %[[G]] : tensor<6x4xf32>
//       CHECK: %[[C:.*]] = nn.compare lt %[[A]], %{{.*}} : tensor<6x4xf32>
//       CHECK: %[[Z:.*]] = nn.select %[[C]], %[[A]], %{{.*}} : tensor<6x4xi1>, tensor<6x4xf32>
//       CHECK: %[[OUT:.*]] = nn.reshape %[[Z]] : tensor<6x4xf32> -> tensor<2x3x4xf32>
//       CHECK: return %[[OUT]]
func.func @dense(%x: tensor<6x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>, %r: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %zero = nn.constant dense<0.0> : tensor<2x3x4xf32>
  %0 = nn.matmul %x, %w : tensor<6x4xf32>, tensor<4x4xf32>
  %1 = nn.reshape %0 : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %2 = nn.broadcast %b dims [2] : tensor<4xf32> -> tensor<2x3x4xf32>
  %3 = nn.add %1, %2 : tensor<2x3x4xf32>
  %4 = nn.gelu %3 : tensor<2x3x4xf32>
  %5 = nn.add %r, %4 : tensor<2x3x4xf32>
  %6 = nn.compare lt %5, %zero : tensor<2x3x4xf32> -> tensor<2x3x4xi1>
  %7 = nn.select %6, %5, %zero : tensor<2x3x4xi1>, tensor<2x3x4xf32>
  return %7 : tensor<2x3x4xf32>
}

// -----

// A norm behind it: the statistics of rows, kept as a dimension of one, have the
// shape of the rows, and so has what is broadcast from them.
// CHECK-LABEL: func @norm
//       CHECK: %[[E:.*]] = nn.exp %{{.*}} : tensor<6x4xf32>
//       CHECK: %[[SUM:.*]] = nn.reduce sum %[[E]] dims [1] : tensor<6x4xf32>
//       CHECK: %[[SQ:.*]] = nn.sqrt %[[SUM]] : tensor<6xf32>
//       CHECK: %[[S:.*]] = nn.broadcast %[[SQ]] dims [0] : tensor<6xf32> -> tensor<6x4xf32>
//       CHECK: %[[N:.*]] = nn.div %[[E]], %[[S]] : tensor<6x4xf32>
//       CHECK: nn.matmul %[[N]]
func.func @norm(%x: tensor<6x4xf32>, %w: tensor<4x5xf32>) -> tensor<6x5xf32> {
  %0 = nn.exp %x : tensor<6x4xf32>
  %1 = nn.reshape %0 : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %2 = nn.reduce sum %1 dims [2] : tensor<2x3x4xf32>
  %3 = nn.reshape %2 : tensor<2x3xf32> -> tensor<2x3x1xf32>
  %4 = nn.sqrt %3 : tensor<2x3x1xf32>
  %5 = nn.reshape %4 : tensor<2x3x1xf32> -> tensor<2x3xf32>
  %6 = nn.broadcast %5 dims [0, 1] : tensor<2x3xf32> -> tensor<2x3x4xf32>
  %7 = nn.div %1, %6 : tensor<2x3x4xf32>
  %8 = nn.reshape %7 : tensor<2x3x4xf32> -> tensor<6x4xf32>
  %9 = nn.matmul %8, %w : tensor<6x4xf32>, tensor<4x5xf32>
  return %9 : tensor<6x5xf32>
}

// -----

// The gradient of a bias: a sum down both dimensions becomes one down the rows.
// Dropout counts its elements in row-major order, which a reshape keeps.
// CHECK-LABEL: func @column
//       CHECK: %[[U:.*]] = nn.random_uniform {{.*}} tensor<6x4xf32>
//       CHECK: %[[M:.*]] = nn.mul %{{.*}}, %[[U]] : tensor<6x4xf32>
//       CHECK: %[[S:.*]] = nn.reduce sum %[[M]] dims [0] : tensor<6x4xf32>
//       CHECK: return %[[S]] : tensor<4xf32>
func.func @column(%x: tensor<6x4xf32>, %seed: tensor<i64>, %step: tensor<i64>) -> tensor<4xf32> {
  %0 = nn.exp %x : tensor<6x4xf32>
  %1 = nn.reshape %0 : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %2 = nn.random_uniform %seed, %step stream 1 : tensor<2x3x4xf32>
  %3 = nn.mul %1, %2 : tensor<2x3x4xf32>
  %4 = nn.reduce sum %3 dims [0, 1] : tensor<2x3x4xf32>
  return %4 : tensor<4xf32>
}

// -----

// An index along what is merged, and a broadcast along a part of it, have no form
// with fewer dimensions.
// CHECK-LABEL: func @told_apart
//       CHECK: nn.add %{{.*}} : tensor<2x3x4xf32>
//       CHECK: nn.mul %{{.*}} : tensor<2x3x4xf32>
//       CHECK: nn.reduce sum %{{.*}} dims [1] : tensor<2x3x4xf32>
func.func @told_apart(%x: tensor<6x4xf32>, %p: tensor<3x4xf32>) -> (tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x4xf32>) {
  %0 = nn.exp %x : tensor<6x4xf32>
  %1 = nn.reshape %0 : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %2 = nn.broadcast %p dims [1, 2] : tensor<3x4xf32> -> tensor<2x3x4xf32>
  %3 = nn.add %1, %2 : tensor<2x3x4xf32>
  %4 = nn.iota dim 1 : tensor<2x3x4xf32>
  %5 = nn.mul %1, %4 : tensor<2x3x4xf32>
  %6 = nn.reduce sum %1 dims [1] : tensor<2x3x4xf32>
  return %3, %5, %6 : tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x4xf32>
}

// -----

// Indices along another dimension stay possible.
// CHECK-LABEL: func @iota
//       CHECK: nn.iota dim 1 : tensor<6x4xf32>
func.func @iota(%x: tensor<6x4xf32>) -> tensor<2x3x4xf32> {
  %0 = nn.exp %x : tensor<6x4xf32>
  %1 = nn.reshape %0 : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %2 = nn.iota dim 2 : tensor<2x3x4xf32>
  %3 = nn.add %1, %2 : tensor<2x3x4xf32>
  return %3 : tensor<2x3x4xf32>
}

// -----

// Where only a matmul reads what has fewer dimensions, nothing is gained: the op
// stays with what computes its operand.
// CHECK-LABEL: func @nothing_gained
//       CHECK: nn.relu %{{.*}} : tensor<2x3x4xf32>
func.func @nothing_gained(%x: tensor<2x3x5xf32>, %y: tensor<2x5x4xf32>, %w: tensor<12x7xf32>) -> tensor<2x7xf32> {
  %0 = nn.matmul %x, %y : tensor<2x3x5xf32>, tensor<2x5x4xf32>
  %1 = nn.relu %0 : tensor<2x3x4xf32>
  %2 = nn.reshape %1 : tensor<2x3x4xf32> -> tensor<2x12xf32>
  %3 = nn.matmul %2, %w : tensor<2x12xf32>, tensor<12x7xf32>
  return %3 : tensor<2x7xf32>
}

// -----

// A reduction that parts the dimensions which a reshape merges behind it.
// CHECK-LABEL: func @parted
//       CHECK: nn.reduce sum %{{.*}} dims [1] : tensor<2x3x4xf32>
func.func @parted(%x: tensor<2x3x4xf32>) -> tensor<8xf32> {
  %0 = nn.reduce sum %x dims [1] : tensor<2x3x4xf32>
  %1 = nn.reshape %0 : tensor<2x4xf32> -> tensor<8xf32>
  %2 = nn.exp %1 : tensor<8xf32>
  return %2 : tensor<8xf32>
}

// -----

// What a variable is overwritten with stays the result of an op of its shape.
// CHECK-LABEL: func @written
//       CHECK: %[[V:.*]] = nn.neg %{{.*}} : tensor<2x3xf32>
//       CHECK: train.write @p, %[[V]]
train.parameter @p : tensor<2x3xf32> init #train.constant_init<value = 0.0>
func.func @written(%x: tensor<6xf32>) attributes {train.entry = #train.entry<train>} {
  %0 = nn.exp %x : tensor<6xf32>
  %1 = nn.reshape %0 : tensor<6xf32> -> tensor<2x3xf32>
  %2 = nn.neg %1 : tensor<2x3xf32>
  train.write @p, %2 : tensor<2x3xf32>
  return
}

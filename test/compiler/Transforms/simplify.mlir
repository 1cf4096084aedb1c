// RUN: gradus-opt %s --nn-simplify | FileCheck %s
// The folds have tests of their own: test/dialects/nn/canonicalize.mlir.

// CHECK-LABEL: func.func @transpose_into_matmul
//  CHECK-SAME: (%[[X:.*]]: tensor<5x3xf32>, %[[Y:.*]]: tensor<5x7xf32>)
func.func @transpose_into_matmul(%x: tensor<5x3xf32>, %y: tensor<5x7xf32>) -> tensor<3x7xf32> {
  // CHECK-NEXT: %[[R:.*]] = nn.matmul %[[X]], %[[Y]] transpose_lhs :
  // CHECK-NEXT: return %[[R]]
  %0 = nn.transpose %x perm [1, 0] : tensor<5x3xf32>
  %1 = nn.matmul %0, %y : tensor<3x5xf32>, tensor<5x7xf32>
  return %1 : tensor<3x7xf32>
}

// CHECK-LABEL: func.func @both_operands
//  CHECK-SAME: (%[[X:.*]]: tensor<5x3xf32>, %[[Y:.*]]: tensor<7x5xf32>)
func.func @both_operands(%x: tensor<5x3xf32>, %y: tensor<7x5xf32>) -> tensor<3x7xf32> {
  // CHECK-NEXT: nn.matmul %[[X]], %[[Y]] transpose_lhs transpose_rhs :
  %0 = nn.transpose %x perm [1, 0] : tensor<5x3xf32>
  %1 = nn.transpose %y perm [1, 0] : tensor<7x5xf32>
  %2 = nn.matmul %0, %1 : tensor<3x5xf32>, tensor<5x7xf32>
  return %2 : tensor<3x7xf32>
}

// Twice transposed is not transposed.
// CHECK-LABEL: func.func @cancels
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>, %[[Y:.*]]: tensor<5x7xf32>)
func.func @cancels(%x: tensor<3x5xf32>, %y: tensor<5x7xf32>) -> tensor<3x7xf32> {
  // CHECK-NEXT: nn.matmul %[[X]], %[[Y]] : tensor<3x5xf32>, tensor<5x7xf32>
  %0 = nn.transpose %x perm [1, 0] : tensor<3x5xf32>
  %1 = nn.matmul %0, %y transpose_lhs : tensor<5x3xf32>, tensor<5x7xf32>
  return %1 : tensor<3x7xf32>
}

// CHECK-LABEL: func.func @precision_stays
func.func @precision_stays(%x: tensor<5x3xf32>, %y: tensor<5x7xf32>) -> tensor<3x7xf32> {
  // CHECK-NEXT: nn.matmul %{{.*}} transpose_lhs precision bf16 :
  %0 = nn.transpose %x perm [1, 0] : tensor<5x3xf32>
  %1 = nn.matmul %0, %y precision bf16 : tensor<3x5xf32>, tensor<5x7xf32>
  return %1 : tensor<3x7xf32>
}

// CHECK-LABEL: func.func @batched
//  CHECK-SAME: (%[[X:.*]]: tensor<2x5x3xf32>, %[[Y:.*]]: tensor<2x5x7xf32>)
func.func @batched(%x: tensor<2x5x3xf32>, %y: tensor<2x5x7xf32>) -> tensor<2x3x7xf32> {
  // CHECK-NEXT: nn.matmul %[[X]], %[[Y]] transpose_lhs :
  %0 = nn.transpose %x perm [0, 2, 1] : tensor<2x5x3xf32>
  %1 = nn.matmul %0, %y : tensor<2x3x5xf32>, tensor<2x5x7xf32>
  return %1 : tensor<2x3x7xf32>
}

// CHECK-LABEL: func.func @no_fold_of_moved_batch
func.func @no_fold_of_moved_batch(%x: tensor<3x2x5xf32>, %y: tensor<2x5x7xf32>) -> tensor<2x3x7xf32> {
  // CHECK: nn.transpose
  // CHECK: nn.matmul
  %0 = nn.transpose %x perm [1, 0, 2] : tensor<3x2x5xf32>
  %1 = nn.matmul %0, %y : tensor<2x3x5xf32>, tensor<2x5x7xf32>
  return %1 : tensor<2x3x7xf32>
}

// CHECK-LABEL: func.func @transpose_of_broadcast
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @transpose_of_broadcast(%x: tensor<3xf32>) -> tensor<3x5xf32> {
  // CHECK-NEXT: %[[B:.*]] = nn.broadcast %[[X]] dims [0] : tensor<3xf32> -> tensor<3x5xf32>
  // CHECK-NEXT: return %[[B]]
  %0 = nn.broadcast %x dims [1] : tensor<3xf32> -> tensor<5x3xf32>
  %1 = nn.transpose %0 perm [1, 0] : tensor<5x3xf32>
  return %1 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @no_fold_of_reordered_broadcast
func.func @no_fold_of_reordered_broadcast(%x: tensor<3x5xf32>) -> tensor<5x3x2xf32> {
  // CHECK: nn.transpose
  %0 = nn.broadcast %x dims [1, 2] : tensor<3x5xf32> -> tensor<2x3x5xf32>
  %1 = nn.transpose %0 perm [2, 1, 0] : tensor<2x3x5xf32>
  return %1 : tensor<5x3x2xf32>
}

// CHECK-LABEL: func.func @merges_what_is_equal
func.func @merges_what_is_equal(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: %[[E:.*]] = nn.exp
  // CHECK-NEXT: %[[Y:.*]] = nn.mul %[[E]], %[[E]]
  // CHECK-NEXT: return %[[Y]]
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.exp %x : tensor<3xf32>
  %2 = nn.mul %0, %1 : tensor<3xf32>
  return %2 : tensor<3xf32>
}

// CHECK-LABEL: func.func @drops_what_is_dead
func.func @drops_what_is_dead(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: return
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.neg %0 : tensor<3xf32>
  return %x : tensor<3xf32>
}

// Writes have effects.
train.state @s : tensor<3xf32>
// CHECK-LABEL: func.func @keeps_writes
func.func @keeps_writes(%x: tensor<3xf32>) {
  // CHECK-NEXT: train.write @s
  train.write @s, %x : tensor<3xf32>
  return
}

// Transpositions move behind what is computed on all of their results, and cancel.
// CHECK-LABEL: func.func @transpose_sinks
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf32>, %[[Y:.*]]: tensor<2x3x5xf32>)
func.func @transpose_sinks(%x: tensor<2x3x5xf32>, %y: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  // CHECK-NEXT: %[[ZERO:.*]] = nn.constant dense<2.000000e+00> : tensor<2x3x5xf32>
  // CHECK-NEXT: %[[SUM:.*]] = nn.add %[[X]], %[[Y]] : tensor<2x3x5xf32>
  // CHECK-NEXT: %[[MOST:.*]] = nn.maximum %[[SUM]], %[[ZERO]] : tensor<2x3x5xf32>
  // CHECK-NEXT: return %[[MOST]]
  %two = nn.constant dense<2.0> : tensor<5x2x3xf32>
  %0 = nn.transpose %x perm [2, 0, 1] : tensor<2x3x5xf32>
  %1 = nn.transpose %y perm [2, 0, 1] : tensor<2x3x5xf32>
  %2 = nn.add %0, %1 : tensor<5x2x3xf32>
  %3 = nn.maximum %2, %two : tensor<5x2x3xf32>
  %4 = nn.transpose %3 perm [1, 2, 0] : tensor<5x2x3xf32>
  return %4 : tensor<2x3x5xf32>
}

// Not where an operand is permuted in another way, or not at all.
// CHECK-LABEL: func.func @transpose_stays
func.func @transpose_stays(%x: tensor<3x3xf32>, %y: tensor<3x3xf32>) -> tensor<3x3xf32> {
  // CHECK-NEXT: nn.transpose
  // CHECK-NEXT: nn.add
  // CHECK-NEXT: return
  %0 = nn.transpose %x perm [1, 0] : tensor<3x3xf32>
  %1 = nn.add %0, %y : tensor<3x3xf32>
  return %1 : tensor<3x3xf32>
}

// Only a dimension of one element moves.
// CHECK-LABEL: func.func @unit_dimension_moves
//  CHECK-SAME: (%[[X:.*]]: tensor<4x1x5x6xf32>)
func.func @unit_dimension_moves(%x: tensor<4x1x5x6xf32>) -> tensor<4x5x6x1xf32> {
  // CHECK-NEXT: %[[Y:.*]] = nn.reshape %[[X]] : tensor<4x1x5x6xf32> -> tensor<4x5x6x1xf32>
  // CHECK-NEXT: return %[[Y]]
  %0 = nn.transpose %x perm [0, 2, 3, 1] : tensor<4x1x5x6xf32>
  return %0 : tensor<4x5x6x1xf32>
}

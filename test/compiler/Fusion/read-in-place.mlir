// RUN: gradus-opt %s --nn-read-in-place | FileCheck %s

// CHECK-DAG: #[[FORWARD:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 * 2 + d2, d3)>
// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3 * 2 + d0, d1)>

// CHECK-DAG: #[[SWAPPED:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[SLICE:.*]] = affine_map<(d0, d1) -> (d0 * 2 + 1, d1)>
// CHECK-DAG: #[[SHIFTED:.*]] = affine_map<(d0, d1) -> (d0 - 2, d1)>
// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d1 * 2 + 1, d0)>

#window = affine_map<(b, o, k, i) -> (b, o * 2 + k, i)>

// As a convolution multiplies: a row per position.
// CHECK-LABEL: func.func @positions
//  CHECK-SAME: (%[[X:.*]]: tensor<5x9x3xf32>, %[[W:.*]]: tensor<7x6xf32>)
func.func @positions(%x: tensor<5x9x3xf32>, %w: tensor<7x6xf32>) -> tensor<20x7xf32> {
  // CHECK: nn.contract %[[X]], %[[W]] transpose_rhs rows [5, 4] terms [2, 3] through #[[FORWARD]] : tensor<5x9x3xf32>, tensor<7x6xf32>
  %0 = nn.affine_read %x through #window : tensor<5x9x3xf32> -> tensor<5x4x2x3xf32>
  %1 = nn.reshape %0 : tensor<5x4x2x3xf32> -> tensor<20x6xf32>
  %2 = nn.matmul %1, %w transpose_rhs : tensor<20x6xf32>, tensor<7x6xf32>
  return %2 : tensor<20x7xf32>
}

// As the gradient of its weight does: a row per element of the kernel.
// CHECK-LABEL: func.func @elements
//  CHECK-SAME: (%[[X:.*]]: tensor<5x9x3xf32>, %[[G:.*]]: tensor<20x7xf32>)
func.func @elements(%x: tensor<5x9x3xf32>, %g: tensor<20x7xf32>) -> tensor<6x7xf32> {
  // CHECK: nn.contract %[[X]], %[[G]] rows [2, 3] terms [5, 4] through #[[TURNED]] : tensor<5x9x3xf32>, tensor<20x7xf32>
  %0 = nn.affine_read %x through #window : tensor<5x9x3xf32> -> tensor<5x4x2x3xf32>
  %1 = nn.reshape %0 : tensor<5x4x2x3xf32> -> tensor<20x6xf32>
  %2 = nn.matmul %1, %g transpose_lhs : tensor<20x6xf32>, tensor<20x7xf32>
  return %2 : tensor<6x7xf32>
}

// A row is neither a position nor some of them.
// CHECK-LABEL: func.func @cut
//   CHECK-NOT: nn.contract
func.func @cut(%x: tensor<5x9x3xf32>, %w: tensor<12x7xf32>) -> tensor<10x7xf32> {
  %0 = nn.affine_read %x through #window : tensor<5x9x3xf32> -> tensor<5x4x2x3xf32>
  %1 = nn.reshape %0 : tensor<5x4x2x3xf32> -> tensor<10x12xf32>
  %2 = nn.matmul %1, %w : tensor<10x12xf32>, tensor<12x7xf32>
  return %2 : tensor<10x7xf32>
}

// CHECK-LABEL: func.func @movements
//  CHECK-SAME: (%[[X:.*]]: tensor<5x3xf32>)
func.func @movements(%x: tensor<5x3xf32>) -> (tensor<3x5xf32>, tensor<2x3xf32>, tensor<9x3xf32>) {
  // CHECK: %[[T:.*]] = nn.affine_read %[[X]] through #[[SWAPPED]] : tensor<5x3xf32> -> tensor<3x5xf32>
  // CHECK: %[[S:.*]] = nn.affine_read %[[X]] through #[[SLICE]] : tensor<5x3xf32> -> tensor<2x3xf32>
  // CHECK: %[[P:.*]] = nn.affine_read %[[X]] through #[[SHIFTED]] every [1, 1] else 1.000000e+00 : tensor<5x3xf32> -> tensor<9x3xf32>
  // CHECK: return %[[T]], %[[S]], %[[P]]
  %t = nn.transpose %x perm [1, 0] : tensor<5x3xf32>
  %s = nn.slice %x from [1, 0] to [5, 3] by [2, 1] : tensor<5x3xf32>
  %p = nn.pad %x low [2, 0] by [1, 1] size [9, 3] value 1.0 : tensor<5x3xf32>
  return %t, %s, %p : tensor<3x5xf32>, tensor<2x3xf32>, tensor<9x3xf32>
}

// Reads of reads are one, as long as they stay inside.
// CHECK-LABEL: func.func @composed
//  CHECK-SAME: (%[[X:.*]]: tensor<5x3xf32>)
func.func @composed(%x: tensor<5x3xf32>) -> tensor<3x2xf32> {
  // CHECK: nn.affine_read %[[X]] through #[[BOTH]] : tensor<5x3xf32> -> tensor<3x2xf32>
  %s = nn.slice %x from [1, 0] to [5, 3] by [2, 1] : tensor<5x3xf32>
  %t = nn.affine_read %s through affine_map<(i, j) -> (j, i)> : tensor<2x3xf32> -> tensor<3x2xf32>
  return %t : tensor<3x2xf32>
}

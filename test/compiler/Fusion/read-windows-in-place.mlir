// RUN: gradus-opt %s --nn-read-windows-in-place | FileCheck %s

// CHECK-DAG: #[[FORWARD:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 * 2 + d2, d3)>
// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3 * 2 + d0, d1)>

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

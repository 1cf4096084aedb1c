// RUN: gradus-opt %s -nn-lower-precision | FileCheck %s

// Each value is narrowed once, where it is computed; what only moves elements
// moves the narrow ones.
// CHECK-LABEL: func.func @once
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf32>, %[[W:.*]]: tensor<7x5xf32>)
func.func @once(%x: tensor<2x3x5xf32>, %w: tensor<7x5xf32>) -> (tensor<6x7xf32>, tensor<5x5xf32>) {
  // CHECK-DAG: %[[NX:.*]] = nn.cast %[[X]] : tensor<2x3x5xf32> -> tensor<2x3x5xbf16>
  // CHECK-DAG: %[[NW:.*]] = nn.cast %[[W]] : tensor<7x5xf32> -> tensor<7x5xbf16>
  // CHECK: %[[R:.*]] = nn.relu %[[X]]
  // CHECK-NEXT: %[[NR:.*]] = nn.cast %[[R]]
  // CHECK: %[[FLAT:.*]] = nn.reshape %[[NX]] : tensor<2x3x5xbf16> -> tensor<6x5xbf16>
  // CHECK: nn.reshape %[[NR]]
  // CHECK: nn.matmul %[[FLAT]], %[[NW]] transpose_rhs : tensor<6x5xbf16>, tensor<7x5xbf16>
  // CHECK: nn.matmul %[[FLAT]], %{{.*}} transpose_lhs : tensor<6x5xbf16>, tensor<6x5xbf16>
  // CHECK-NOT: nn.cast
  %r = nn.relu %x : tensor<2x3x5xf32>
  %0 = nn.reshape %x : tensor<2x3x5xf32> -> tensor<6x5xf32>
  %1 = nn.reshape %r : tensor<2x3x5xf32> -> tensor<6x5xf32>
  %2 = nn.matmul %0, %w transpose_rhs precision bf16 : tensor<6x5xf32>, tensor<7x5xf32>
  %3 = nn.matmul %0, %1 transpose_lhs precision bf16 : tensor<6x5xf32>, tensor<6x5xf32>
  return %2, %3 : tensor<6x7xf32>, tensor<5x5xf32>
}

// Transpositions that no product takes in: of a batch.
// CHECK-LABEL: func.func @transposed
func.func @transposed(%x: tensor<3x2x5xf32>, %y: tensor<2x5x7xf32>) -> tensor<2x3x7xf32> {
  // CHECK: %[[N:.*]] = nn.cast %{{.*}} : tensor<3x2x5xf32> -> tensor<3x2x5xbf16>
  // CHECK: %[[T:.*]] = nn.transpose %[[N]] perm [1, 0, 2] : tensor<3x2x5xbf16>
  // CHECK: nn.matmul %[[T]],
  %0 = nn.transpose %x perm [1, 0, 2] : tensor<3x2x5xf32>
  %1 = nn.matmul %0, %y precision bf16 : tensor<2x3x5xf32>, tensor<2x5x7xf32>
  return %1 : tensor<2x3x7xf32>
}

// Others read f32: those of tf32 are rounded in registers.
// CHECK-LABEL: func.func @others
func.func @others(%x: tensor<3x5xf32>, %y: tensor<5x7xf32>) -> (tensor<3x7xf32>, tensor<3x7xf32>) {
  // CHECK-NOT: nn.cast
  // CHECK: nn.matmul %{{.*}}, %{{.*}} : tensor<3x5xf32>
  // CHECK: nn.matmul %{{.*}} precision tf32 : tensor<3x5xf32>
  %0 = nn.matmul %x, %y : tensor<3x5xf32>, tensor<5x7xf32>
  %1 = nn.matmul %x, %y precision tf32 : tensor<3x5xf32>, tensor<5x7xf32>
  return %0, %1 : tensor<3x7xf32>, tensor<3x7xf32>
}

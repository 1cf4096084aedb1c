// RUN: gradus-opt %s --rt-form-kernels --split-input-file | FileCheck %s
// In a square the sums of the rows have the shape of the columns. Element
// [i, j] of the result needs the sum of row j: it is not known when row i is
// written, so both must not be one row kernel.

// CHECK-LABEL: func.func @sum_of_another_row
// CHECK-COUNT-2: rt.launch
func.func @sum_of_another_row(%x: tensor<8x8xf32>) -> tensor<8x8xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce sum %x dims [1] : tensor<8x8xf32>
  %1 = nn.broadcast %0 dims [1] : tensor<8xf32> -> tensor<8x8xf32>
  %2 = nn.sub %x, %1 : tensor<8x8xf32>
  return %2 : tensor<8x8xf32>
}

// -----

// The same through an elementwise op and in a batch.
// CHECK-LABEL: func.func @mean_of_another_row
// CHECK-COUNT-2: rt.launch
func.func @mean_of_another_row(%x: tensor<3x8x8xf32>) -> tensor<3x8x8xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce max %x dims [2] : tensor<3x8x8xf32>
  %1 = nn.exp %0 : tensor<3x8xf32>
  %2 = nn.broadcast %1 dims [0, 2] : tensor<3x8xf32> -> tensor<3x8x8xf32>
  %3 = nn.sub %x, %2 : tensor<3x8x8xf32>
  return %3 : tensor<3x8x8xf32>
}

// -----

// The row's own sum is fine.
// CHECK-LABEL: func.func @own_row
// CHECK: rt.launch
// CHECK-NOT: rt.launch
func.func @own_row(%x: tensor<8x8xf32>) -> tensor<8x8xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce sum %x dims [1] : tensor<8x8xf32>
  %1 = nn.broadcast %0 dims [0] : tensor<8xf32> -> tensor<8x8xf32>
  %2 = nn.sub %x, %1 : tensor<8x8xf32>
  return %2 : tensor<8x8xf32>
}

// -----

// The same where the broadcast sum itself must exist in memory.
// CHECK: rt.kernel @reduce
// CHECK-NOT: nn.broadcast
// CHECK: rt.kernel @broadcast
// CHECK-SAME: "not fused with reduce: its values are broadcast to other rows"
// CHECK-LABEL: func.func @spread
func.func @spread(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {train.entry = #train.entry<predict>} {
  %s = nn.reduce sum %x dims [1] : tensor<4x4xf32>
  %b = nn.broadcast %s dims [1] : tensor<4xf32> -> tensor<4x4xf32>
  return %b : tensor<4x4xf32>
}

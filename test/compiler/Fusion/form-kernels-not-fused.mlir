// RUN: gradus-opt %s --rt-form-kernels --split-input-file | FileCheck %s
// Why ops are not fused, as the kernels record it.

// CHECK: decisions = ["not fused with exp: it is needed whole in memory"]
// CHECK-LABEL: func.func @operand_of_a_matmul
func.func @operand_of_a_matmul(%x: tensor<3x5xf32>, %w: tensor<5x7xf32>) -> tensor<3x7xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3x5xf32>
  %1 = nn.matmul %0, %w : tensor<3x5xf32>, tensor<5x7xf32>
  return %1 : tensor<3x7xf32>
}

// -----

// CHECK: decisions = ["not fused with exp: shapes differ"]
// CHECK-LABEL: func.func @other_shape
func.func @other_shape(%x: tensor<5xf32>, %y: tensor<3x5xf32>) -> tensor<3x5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<5xf32>
  %1 = nn.broadcast %0 dims [1] : tensor<5xf32> -> tensor<3x5xf32>
  %2 = nn.add %1, %y : tensor<3x5xf32>
  return %2 : tensor<3x5xf32>
}

// -----

// CHECK: rt.kernel {{.*}} kind generic
// CHECK: decisions = ["not fused with transpose: data movement is a kernel of its own"]
// CHECK-LABEL: func.func @data_movement
func.func @data_movement(%x: tensor<3x5xf32>) -> tensor<5x3xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.transpose %x perm [1, 0] : tensor<3x5xf32>
  %1 = nn.exp %0 : tensor<5x3xf32>
  return %1 : tensor<5x3xf32>
}

// -----

// CHECK: decisions = ["not fused with matmul: only elementwise ops on its result join a matmul"]
// CHECK-LABEL: func.func @reduction_of_a_matmul
func.func @reduction_of_a_matmul(%x: tensor<3x5xf32>, %w: tensor<5x7xf32>) -> tensor<3xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.matmul %x, %w : tensor<3x5xf32>, tensor<5x7xf32>
  %1 = nn.reduce sum %0 dims [1] : tensor<3x7xf32>
  return %1 : tensor<3xf32>
}

// -----

// CHECK: decisions = ["not fused with reduce: it reduces other dimensions"]
// CHECK-LABEL: func.func @other_rows
func.func @other_rows(%x: tensor<3x5xf32>) -> tensor<f32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce sum %x dims [1] : tensor<3x5xf32>
  %1 = nn.reduce max %0 dims [0] : tensor<3xf32>
  return %1 : tensor<f32>
}

// -----

// CHECK: decisions = ["not fused with reduce: it needs the sum of a whole column"]
// CHECK-LABEL: func.func @sum_of_a_column
func.func @sum_of_a_column(%x: tensor<3x5xf32>) -> tensor<3x5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce sum %x dims [0] : tensor<3x5xf32>
  %1 = nn.broadcast %0 dims [1] : tensor<5xf32> -> tensor<3x5xf32>
  %2 = nn.sub %x, %1 : tensor<3x5xf32>
  return %2 : tensor<3x5xf32>
}

// -----

// CHECK: decisions = ["not fused with exp: the full reduction would serialize it"]
// CHECK-LABEL: func.func @serial
func.func @serial(%x: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<f32>) attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3x5xf32>
  %1 = nn.reduce sum %0 dims [0, 1] : tensor<3x5xf32>
  return %0, %1 : tensor<3x5xf32>, tensor<f32>
}

// -----

// Fused where the reduction alone needs it.
// CHECK: kind row {{.*}}attributes {decisions = ["fused with exp: same loops"]
// CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @serial_but_alone
func.func @serial_but_alone(%x: tensor<3x5xf32>) -> tensor<f32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3x5xf32>
  %1 = nn.reduce sum %0 dims [0, 1] : tensor<3x5xf32>
  return %1 : tensor<f32>
}

// -----

// CHECK: decisions = ["not fused with exp: a reshape is between them"]
// CHECK-LABEL: func.func @reshape_between
// CHECK: %[[E:.*]] = rt.launch
// CHECK: %[[V:.*]] = nn.reshape %[[E]]
// CHECK: rt.launch {{.*}}(%[[V]])
func.func @reshape_between(%x: tensor<3x5xf32>) -> tensor<15xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3x5xf32>
  %1 = nn.reshape %0 : tensor<3x5xf32> -> tensor<15xf32>
  %2 = nn.neg %1 : tensor<15xf32>
  return %2 : tensor<15xf32>
}

// -----

// exp and add could be one kernel but for the matmul that must run between them.
// CHECK: not fused with exp: {{.*}}another kernel must run between them
// CHECK-LABEL: func.func @no_cycle
// CHECK-COUNT-3: rt.launch
func.func @no_cycle(%x: tensor<5x5xf32>, %w: tensor<5x5xf32>) -> tensor<5x5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<5x5xf32>
  %1 = nn.matmul %0, %w : tensor<5x5xf32>, tensor<5x5xf32>
  %2 = nn.matmul %1, %w : tensor<5x5xf32>, tensor<5x5xf32>
  %3 = nn.add %2, %0 : tensor<5x5xf32>
  return %3 : tensor<5x5xf32>
}

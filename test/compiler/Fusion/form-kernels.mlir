// RUN: gradus-opt %s --rt-form-kernels --split-input-file | FileCheck %s
// Which ops become one kernel. Why others do not: form-kernels-not-fused.mlir.

// CHECK-LABEL: rt.kernel
//  CHECK-SAME: kind elementwise {{.*}}attributes {decisions = ["fused with exp: same loops"]
//       CHECK: nn.exp
//  CHECK-NEXT: nn.neg
//  CHECK-NEXT: rt.yield
//   CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @elementwise_chain
//       CHECK: %[[Y:.*]] = rt.launch
//  CHECK-NEXT: return %[[Y]]
func.func @elementwise_chain(%x: tensor<3x5xf32>) -> tensor<3x5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3x5xf32>
  %1 = nn.neg %0 : tensor<3x5xf32>
  return %1 : tensor<3x5xf32>
}

// -----

// A value that someone else needs is stored as well.
//       CHECK: rt.kernel {{.*}} -> (tensor<3x5xf32>, tensor<3x5xf32>) kind elementwise
//       CHECK: %[[E:.*]] = nn.exp
//  CHECK-NEXT: %[[N:.*]] = nn.neg %[[E]]
//  CHECK-NEXT: rt.yield %[[E]], %[[N]]
// CHECK-LABEL: func.func @two_results
func.func @two_results(%x: tensor<3x5xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3x5xf32>
  %1 = nn.neg %0 : tensor<3x5xf32>
  return %0, %1 : tensor<3x5xf32>, tensor<3x5xf32>
}

// -----

// Bias and activation join the matmul.
//       CHECK: rt.kernel {{.*}} kind matmul
//       CHECK: nn.matmul
//       CHECK: nn.broadcast
//       CHECK: nn.add
//       CHECK: nn.relu
//   CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @epilogue
func.func @epilogue(%x: tensor<3x5xf32>, %w: tensor<5x7xf32>, %b: tensor<7xf32>) -> tensor<3x7xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.matmul %x, %w : tensor<3x5xf32>, tensor<5x7xf32>
  %1 = nn.broadcast %b dims [1] : tensor<7xf32> -> tensor<3x7xf32>
  %2 = nn.add %0, %1 : tensor<3x7xf32>
  %3 = nn.relu %2 : tensor<3x7xf32>
  return %3 : tensor<3x7xf32>
}

// -----

// Softmax: two reductions over the same rows and what is between.
//       CHECK: rt.kernel {{.*}} kind row
//       CHECK: nn.reduce max
//       CHECK: nn.exp
//       CHECK: nn.reduce sum
//       CHECK: nn.div
//   CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @rows
func.func @rows(%x: tensor<3x5xf32>) -> tensor<3x5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce max %x dims [1] : tensor<3x5xf32>
  %1 = nn.broadcast %0 dims [0] : tensor<3xf32> -> tensor<3x5xf32>
  %2 = nn.sub %x, %1 : tensor<3x5xf32>
  %3 = nn.exp %2 : tensor<3x5xf32>
  %4 = nn.reduce sum %3 dims [1] : tensor<3x5xf32>
  %5 = nn.broadcast %4 dims [0] : tensor<3xf32> -> tensor<3x5xf32>
  %6 = nn.div %3, %5 : tensor<3x5xf32>
  return %6 : tensor<3x5xf32>
}

// -----

// Producers of the elements and a consumer of the sums join a column.
//       CHECK: rt.kernel {{.*}} -> tensor<5xf32> kind column
//       CHECK: nn.mul
//       CHECK: nn.reduce sum
//       CHECK: nn.neg
//   CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @columns
func.func @columns(%x: tensor<3x5xf32>) -> tensor<5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.mul %x, %x : tensor<3x5xf32>
  %1 = nn.reduce sum %0 dims [0] : tensor<3x5xf32>
  %2 = nn.neg %1 : tensor<5xf32>
  return %2 : tensor<5xf32>
}

// -----

// A reduction over dimensions in the middle is a kernel of the generic kind.
//       CHECK: rt.kernel {{.*}} kind generic
// CHECK-LABEL: func.func @middle
func.func @middle(%x: tensor<2x3x5xf32>) -> tensor<2x5xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce sum %x dims [1] : tensor<2x3x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// Broadcasts, splats and conditions are cloned into each kernel that uses them.
//       CHECK: rt.kernel @{{.*}}(%{{.*}}: tensor<3x7xf32>, %{{.*}}: tensor<7xf32>)
//       CHECK: nn.broadcast
//       CHECK: rt.kernel @{{.*}}(%{{.*}}: tensor<3x5xf32>, %{{.*}}: tensor<5x7xf32>, %{{.*}}: tensor<7xf32>)
//       CHECK: nn.matmul
//       CHECK: nn.broadcast
// CHECK-LABEL: func.func @duplicables
//   CHECK-NOT: nn.broadcast
func.func @duplicables(%x: tensor<3x5xf32>, %w: tensor<5x7xf32>, %y: tensor<3x7xf32>, %b: tensor<7xf32>) -> (tensor<3xf32>, tensor<3x7xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = nn.broadcast %b dims [1] : tensor<7xf32> -> tensor<3x7xf32>
  %1 = nn.mul %y, %0 : tensor<3x7xf32>
  %2 = nn.reduce sum %1 dims [1] : tensor<3x7xf32>
  %3 = nn.matmul %x, %w : tensor<3x5xf32>, tensor<5x7xf32>
  %4 = nn.add %3, %0 : tensor<3x7xf32>
  return %2, %4 : tensor<3xf32>, tensor<3x7xf32>
}

// -----

// What a matmul reads, or what leaves the step, must exist in memory.
//       CHECK: rt.kernel {{.*}} kind elementwise
//       CHECK: nn.broadcast
//  CHECK-NEXT: rt.yield
//       CHECK: rt.kernel {{.*}} kind matmul
//   CHECK-NOT: nn.broadcast
// CHECK-LABEL: func.func @materialized
func.func @materialized(%x: tensor<3x5xf32>, %b: tensor<7xf32>) -> tensor<3x7xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.broadcast %b dims [1] : tensor<7xf32> -> tensor<5x7xf32>
  %1 = nn.matmul %x, %0 : tensor<3x5xf32>, tensor<5x7xf32>
  return %1 : tensor<3x7xf32>
}

// -----

// A reshape is another name for the same bytes: no kernel.
//       CHECK: rt.kernel @neg
//   CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @view
//       CHECK: rt.launch @neg
//  CHECK-NEXT: nn.reshape
func.func @view(%x: tensor<3x5xf32>) -> tensor<15xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.neg %x : tensor<3x5xf32>
  %1 = nn.reshape %0 : tensor<3x5xf32> -> tensor<15xf32>
  return %1 : tensor<15xf32>
}

// -----

// A result must outlive the caller's inputs: one that is an input, seen through views, is
// copied.
// CHECK-LABEL: rt.kernel @copy
//       CHECK: rt.copy %{{.*}} : tensor<15xf32>
// CHECK-LABEL: func.func @result_is_input
//       CHECK: %[[VIEW:.*]] = nn.reshape %arg0
//       CHECK: %[[COPY:.*]] = rt.launch @copy(%[[VIEW]])
//       CHECK: return %[[COPY]]
func.func @result_is_input(%x: tensor<3x5xf32>) -> tensor<15xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reshape %x : tensor<3x5xf32> -> tensor<15xf32>
  return %0 : tensor<15xf32>
}

// -----

// Functions that are no entry points are left alone.
//   CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @helper
//       CHECK: nn.exp
func.func @helper(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {
  %0 = nn.exp %x : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// -----

// The sum of squares of a gradient: the gradient is in memory for its update anyway, so that
// the sum reads it and the matmul need not write the squares.
// CHECK-LABEL: rt.kernel @matmul
//   CHECK-NOT: nn.mul
//       CHECK: rt.yield
// CHECK-LABEL: rt.kernel @mul(
//       CHECK: nn.mul
//       CHECK: nn.reduce
// CHECK-LABEL: func.func @square_of_gradient
func.func @square_of_gradient(%x: tensor<3x5xf32>, %y: tensor<5x7xf32>)
    -> (tensor<3x7xf32>, tensor<f32>) attributes {train.entry = #train.entry<predict>} {
  %0 = nn.matmul %x, %y : tensor<3x5xf32>, tensor<5x7xf32>
  %1 = nn.mul %0, %0 : tensor<3x7xf32>
  %2 = nn.reduce sum %1 dims [0, 1] : tensor<3x7xf32>
  return %0, %2 : tensor<3x7xf32>, tensor<f32>
}

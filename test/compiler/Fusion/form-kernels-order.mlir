// RUN: gradus-opt %s --rt-form-kernels | FileCheck %s
// A kernel that begins before another and ends behind it can be the way by
// which the first depends on the second: `add` belongs to the kernel of `relu`,
// so the sum must come before what only seems to need `relu` alone.

// CHECK: not fused with reduce: another kernel must run between them
// CHECK-LABEL: func.func @around
// CHECK: %[[SUM:.*]] = rt.launch @reduce
// CHECK: %[[BOTH:.*]]:2 = rt.launch @relu(%{{.*}}, %[[SUM]])
// CHECK: %[[PART:.*]] = rt.launch @slice(%[[BOTH]]#0)
// CHECK: rt.launch {{.*}}(%[[SUM]],
func.func @around(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>) attributes {train.entry = #train.entry<predict>} {
  %relu = nn.relu %x : tensor<4x4xf32>
  %part = nn.slice %relu from [0, 0] to [1, 4] by [1, 1] : tensor<4x4xf32>
  %row = nn.reshape %part : tensor<1x4xf32> -> tensor<4xf32>
  %sum = nn.reduce sum %y dims [1] : tensor<4x4xf32>
  // Spread along rows: not the sum's own shape, so the sum stays apart.
  %wide = nn.broadcast %sum dims [1] : tensor<4xf32> -> tensor<4x4xf32>
  %both = nn.add %relu, %wide : tensor<4x4xf32>
  %last = nn.add %sum, %row : tensor<4xf32>
  return %both, %last : tensor<4x4xf32>, tensor<4xf32>
}

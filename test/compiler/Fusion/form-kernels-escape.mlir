// RUN: gradus-opt %s --rt-form-kernels | FileCheck %s
// A broadcast that one matmul finds in memory and the epilogue of another
// clones: the clone reads what is behind it, so that the sum must be stored, too.

// CHECK: rt.kernel @reduce(%{{.*}}) -> (tensor<5xf32>, tensor<5x7xf32>) kind row
// CHECK: rt.kernel @matmul_0(%{{.*}}: tensor<5x5xf32>, %{{.*}}: tensor<5x7xf32>, %[[S:.*]]: tensor<5xf32>)
// CHECK: nn.broadcast %[[S]]
// CHECK-LABEL: func.func @both
// CHECK: %[[R:.*]]:2 = rt.launch @reduce
// CHECK: rt.launch @matmul(%[[R]]#1,
// CHECK: rt.launch @matmul_0 as "matmul"({{.*}}, %[[R]]#0)
func.func @both(%x: tensor<5x7xf32>, %w: tensor<7x5xf32>, %v: tensor<5x7xf32>) -> tensor<5x7xf32> attributes {train.entry = #train.entry<predict>} {
  %s = nn.reduce sum %x dims [1] : tensor<5x7xf32>
  %d = nn.broadcast %s dims [0] : tensor<5xf32> -> tensor<5x7xf32>
  %m = nn.matmul %d, %w : tensor<5x7xf32>, tensor<7x5xf32>
  %n = nn.matmul %m, %v : tensor<5x5xf32>, tensor<5x7xf32>
  %y = nn.add %n, %d : tensor<5x7xf32>
  return %y : tensor<5x7xf32>
}

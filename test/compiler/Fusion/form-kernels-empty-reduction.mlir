// RUN: gradus-opt %s --rt-form-kernels | FileCheck %s
// A reduction over no dimension is valid, and simplification may be left out. It has
// no rows or columns of its own: its kernel is a generic one.

// CHECK: rt.kernel @reduce({{.*}}) -> tensor<3xf32> kind generic
// CHECK-NEXT: nn.reduce sum %{{.*}} dims []
// CHECK: rt.launch @reduce
func.func @over_nothing(%x: tensor<3xf32>) -> tensor<3xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.reduce sum %x dims [] : tensor<3xf32>
  return %0 : tensor<3xf32>
}

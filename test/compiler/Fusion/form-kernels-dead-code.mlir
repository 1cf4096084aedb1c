// RUN: gradus-opt %s --rt-form-kernels | FileCheck %s
// RUN: gradus-opt %s --gradus-kernels-pipeline --gradus-linalg-pipeline --gradus-vector-pipeline | FileCheck %s --check-prefix=VECTOR
// An op without users is valid, and simplification may be left out: it becomes no
// kernel, because a kernel without results could not be lowered.

// CHECK-NOT: nn.exp
// CHECK: rt.kernel @neg({{.*}}) -> tensor<3xf32>
// CHECK-NOT: rt.kernel
// CHECK-LABEL: func.func @dead
// CHECK-NEXT: %[[Y:.*]] = rt.launch @neg
// CHECK-NEXT: return %[[Y]]

// VECTOR: func.func @neg
// VECTOR-NOT: func.func {{.*}}rt.config
func.func @dead(%x: tensor<3xf32>) -> tensor<3xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.neg %x : tensor<3xf32>
  return %1 : tensor<3xf32>
}

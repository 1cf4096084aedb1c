// RUN: gradus-opt %s --train-autodiff --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// Backward ops carry the name of their forward op's layer.

// CHECK-LABEL: func.func @named
func.func @named(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: nn.exp {{.*}} loc("layer1"
  // CHECK: nn.broadcast {{.*}} loc("bwd(loss)"
  // CHECK: nn.mul {{.*}} loc("bwd(layer1)"
  %0 = nn.exp %x : tensor<3xf32> loc("layer1")
  %1 = nn.reduce sum %0 dims [0] : tensor<3xf32> loc("loss")
  %g = train.grad %1 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --gradus-vector-pipeline --gradus-llvm-pipeline | FileCheck %s

// CHECK: llvm.func @tanh
rt.kernel @tanh(%x: tensor<37xf32>) -> tensor<37xf32> kind elementwise {
  %0 = nn.tanh %x : tensor<37xf32>
  rt.yield %0 : tensor<37xf32>
}

// CHECK: llvm.func @gelu
rt.kernel @gelu(%x: tensor<f32>) -> tensor<f32> kind elementwise {
  %0 = nn.gelu %x : tensor<f32>
  rt.yield %0 : tensor<f32>
}

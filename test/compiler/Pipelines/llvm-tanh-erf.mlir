// RUN: gradus-opt %s --gradus-linalg-pipeline --gradus-vector-pipeline --gradus-llvm-pipeline | FileCheck %s
// In f32 both are straight-line arithmetic of this compiler, and call nothing; gelu
// is erf of a scalar.

// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]|llvm.call|llvm.intr.(tanh|erf|exp)}}
// CHECK: llvm.func @tanh
// CHECK: llvm.fdiv {{.*}} : vector<16xf32>
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]|llvm.call|llvm.intr.(tanh|erf|exp)}}
rt.kernel @tanh(%x: tensor<37xf32>) -> tensor<37xf32> kind elementwise {
  %0 = nn.tanh %x : tensor<37xf32>
  rt.yield %0 : tensor<37xf32>
}

// CHECK: llvm.func @gelu
// CHECK: llvm.intr.copysign({{.*}}) : (f32, f32) -> f32
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]|llvm.call|llvm.intr.(tanh|erf|exp)}}
rt.kernel @gelu(%x: tensor<f32>) -> tensor<f32> kind elementwise {
  %0 = nn.gelu %x : tensor<f32>
  rt.yield %0 : tensor<f32>
}

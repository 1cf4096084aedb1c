// RUN: gradus-opt %s --gradus-linalg-pipeline --gradus-vector-pipeline --gradus-llvm-pipeline | FileCheck %s
// vector.extract and vector.insert with which it takes vectors apart.

// In f64 the transcendentals call the C library, or are left to LLVM.
// CHECK: llvm.func @f64
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
// CHECK: llvm.call @erf
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
rt.kernel @f64(%x: tensor<37xf64>) -> tensor<37xf64> kind elementwise {
  %0 = nn.tanh %x : tensor<37xf64>
  %1 = nn.erf %0 : tensor<37xf64>
  rt.yield %1 : tensor<37xf64>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --gradus-vector-pipeline --gradus-llvm-pipeline | FileCheck %s
// In f64 the transcendentals call the C library, lane by lane, or are left to LLVM.
// What takes vectors apart for the calls is lowered as well.

// CHECK: llvm.func @erf(f64) -> f64
// CHECK: llvm.func @f64
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
// CHECK: llvm.intr.tanh({{.*}}) : (vector<16xf64>)
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
// CHECK-COUNT-16: llvm.call @erf({{.*}}) : (f64) -> f64
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
rt.kernel @f64(%x: tensor<37xf64>) -> tensor<37xf64> kind elementwise {
  %0 = nn.tanh %x : tensor<37xf64>
  %1 = nn.erf %0 : tensor<37xf64>
  rt.yield %1 : tensor<37xf64>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --gradus-vector-pipeline --gradus-llvm-pipeline | FileCheck %s
// Every scalar body gets as far as the LLVM dialect; f64 is llvm-f64-math.mlir.

// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
// CHECK: llvm.func @f32
// CHECK-NOT: {{(arith|math|vector|memref|scf|cf)\.[a-z]}}
rt.kernel @f32(%x: tensor<37xf32>) -> tensor<37xf32> kind elementwise {
  %0 = nn.neg %x : tensor<37xf32>
  %1 = nn.abs %0 : tensor<37xf32>
  %2 = nn.exp %1 : tensor<37xf32>
  %3 = nn.log %2 : tensor<37xf32>
  %4 = nn.sqrt %3 : tensor<37xf32>
  %5 = nn.rsqrt %4 : tensor<37xf32>
  %6 = nn.sin %5 : tensor<37xf32>
  %7 = nn.cos %6 : tensor<37xf32>
  %8 = nn.sigmoid %7 : tensor<37xf32>
  %9 = nn.relu %8 : tensor<37xf32>
  %10 = nn.silu %9 : tensor<37xf32>
  %11 = nn.leaky_relu %10 : tensor<37xf32>
  %12 = nn.add %11, %x : tensor<37xf32>
  %13 = nn.sub %12, %x : tensor<37xf32>
  %14 = nn.mul %13, %x : tensor<37xf32>
  %15 = nn.div %14, %x : tensor<37xf32>
  %16 = nn.maximum %15, %x : tensor<37xf32>
  %17 = nn.minimum %16, %x : tensor<37xf32>
  %18 = nn.pow %17, %x : tensor<37xf32>
  %19 = nn.compare lt %18, %x : tensor<37xf32> -> tensor<37xi1>
  %20 = nn.select %19, %18, %x : tensor<37xi1>, tensor<37xf32>
  %21 = nn.cast %20 : tensor<37xf32> -> tensor<37xi32>
  %22 = nn.cast %21 : tensor<37xi32> -> tensor<37xf32>
  rt.yield %22 : tensor<37xf32>
}

// RUN: gradus-opt %s --rt-form-kernels | FileCheck %s
// Kernels are called after the layers in them; "fc1+relu" says all that "fc1" says.

// CHECK: rt.kernel @"fc1+relu"
// CHECK-SAME: cost <flops = 252, bytes = 284>
// CHECK: rt.kernel @out
// CHECK-LABEL: func.func @predict
// CHECK: rt.launch @"fc1+relu"
// CHECK: rt.launch @out
func.func @predict(%x: tensor<3x5xf32>, %w: tensor<5x7xf32>) -> tensor<3xf32> attributes {train.entry = #train.entry<predict>} {
  // 2 * 3 * 5 * 7 operations and 21 more for each of two elementwise ops
  %0 = nn.matmul %x, %w : tensor<3x5xf32>, tensor<5x7xf32> loc("fc1")
  %1 = nn.neg %0 : tensor<3x7xf32> loc("fc1")
  %2 = nn.relu %1 : tensor<3x7xf32> loc("fc1+relu")
  %3 = nn.reduce sum %2 dims [1] : tensor<3x7xf32> loc("out")
  return %3 : tensor<3xf32>
}

// Generated code may call functions of the C library: no kernel has the name of one.
// CHECK: rt.kernel @erf.kernel
// CHECK-LABEL: func.func @eval
// CHECK: rt.launch @erf.kernel as "erf"
func.func @eval(%x: tensor<5xf64>) -> tensor<5xf64> attributes {train.entry = #train.entry<eval>} {
  %0 = nn.erf %x : tensor<5xf64> loc("erf")
  return %0 : tensor<5xf64>
}

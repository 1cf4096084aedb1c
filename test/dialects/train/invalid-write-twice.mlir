// RUN: not gradus-opt %s --gradus-kernels-pipeline 2>&1 | FileCheck %s
// train.write: "At most one write per variable and entry point".

// CHECK: error: {{.*}}@w
train.parameter @w : tensor<3xf32> init #train.constant_init<value = 0.0>
func.func @two_writes(%x: tensor<3xf32>) attributes {train.entry = #train.entry<train>} {
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.neg %x : tensor<3xf32>
  train.write @w, %0 : tensor<3xf32>
  train.write @w, %1 : tensor<3xf32>
  return
}

// RUN: gradus-opt %s --gradus-kernels-pipeline | FileCheck %s
// All reads see the value at the start of the step, also those that leave it: a
// result must not be read from the parameter once that is overwritten.

train.parameter @w : tensor<20xf32> init #train.constant_init<value = 0.0>
// CHECK-LABEL: func.func @old_value
// CHECK-SAME: results = [<arena,
func.func @old_value(%x: tensor<20xf32>) -> tensor<20xf32> attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<20xf32>
  %0 = nn.add %x, %w : tensor<20xf32>
  train.write @w, %0 : tensor<20xf32>
  return %w : tensor<20xf32>
}

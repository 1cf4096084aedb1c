// RUN: gradus-opt %s --train-autodiff --train-expand-updates --nn-decompose -canonicalize \
// RUN:   --gradus-kernels-pipeline --gradus-linalg-pipeline --gradus-vector-pipeline --gradus-model-pipeline \
// RUN:   --gradus-llvm-pipeline \
// RUN:   | FileCheck %s
// nn-simplify may be left out (folding alone drops what is dead): the forward and
// the backward matmul and the sum become functions, and nothing else is left.

// CHECK-NOT: {{^ *(%.* = )?(func|memref|vector|scf|arith|math|cf|nn|train|rt)\.[a-z]}}
// CHECK: llvm.func internal @matmul(
// CHECK: llvm.func internal @reduce(
// CHECK: llvm.func internal @matmul_0(
// CHECK-NOT: {{^ *(%.* = )?(func|memref|vector|scf|arith|math|cf|nn|train|rt)\.[a-z]}}
train.parameter @w : tensor<37x7xf32> init #train.uniform_init<low = -0.1, high = 0.1>
func.func @step(%x: tensor<9x37xf32>) -> tensor<f32> attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<37x7xf32>
  %0 = nn.matmul %x, %w : tensor<9x37xf32>, tensor<37x7xf32>
  %1 = nn.silu %0 : tensor<9x7xf32>
  %2 = nn.reduce sum %1 dims [0, 1] : tensor<9x7xf32>
  %g = train.grad %2 wrt %w : tensor<f32>, tensor<37x7xf32> -> tensor<37x7xf32>
  %r = train.learning_rate #train.constant<rate = 0.1>
  train.update.sgd @w by %g rate %r {momentum = 0.9, nesterov = false, weightDecay = 0.0} : tensor<37x7xf32>
  return %2 : tensor<f32>
}

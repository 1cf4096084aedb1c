// RUN: gradus-opt %s --gradus-gradient-pipeline | FileCheck %s --check-prefix=GRADIENT
// RUN: gradus-opt %s --gradus-gradient-pipeline --gradus-kernels-pipeline | FileCheck %s --check-prefix=KERNELS
// RUN: gradus-opt %s --gradus-gradient-pipeline --gradus-kernels-pipeline --gradus-linalg-pipeline | \
// RUN:   FileCheck %s --check-prefix=LINALG
// RUN: gradus-opt %s --gradus-gradient-pipeline --gradus-kernels-pipeline --gradus-linalg-pipeline \
// RUN:   --gradus-vector-pipeline | FileCheck %s --check-prefix=VECTOR
// RUN: gradus-opt %s --gradus-gradient-pipeline --gradus-kernels-pipeline --gradus-linalg-pipeline \
// RUN:   --gradus-vector-pipeline --gradus-model-pipeline --gradus-llvm-pipeline | FileCheck %s \
// RUN:   --check-prefix=LLVM
// What holds after each stage, on a small training step.

// No request, schedule, update or composite is left.
// GRADIENT-NOT: train.{{grad|learning_rate|update|clip_norm}}
// GRADIENT-NOT: nn.{{softmax|one_hot|dropout}}
// GRADIENT: train.write @w,
// GRADIENT-NOT: train.{{grad|learning_rate|update|clip_norm}}

// Entry points launch kernels and compute nothing.
// KERNELS: rt.kernel {{.*}} kind matmul
// KERNELS-LABEL: func.func @step
// KERNELS-SAME: rt.plan
// KERNELS-NOT: nn.
// KERNELS: rt.launch {{.*}}slots [
// KERNELS-NOT: nn.
// KERNELS: return

// LINALG: rt.kernel
// LINALG-NOT: nn.
// LINALG: linalg.generic

// VECTOR-NOT: {{rt.kernel|linalg\.|tensor\.|math.exp|math.log}}
// VECTOR: func.func
// VECTOR-NOT: {{rt.kernel|linalg\.|tensor\.|math.exp|math.log}}

// LLVM-NOT: {{(func\.func|memref|vector|scf|arith|math|cf|train|rt)\.[a-z]}}
// LLVM: llvm.func internal @{{.*}}!llvm.ptr {llvm.noalias}
// LLVM-NOT: unrealized_conversion_cast
train.parameter @w : tensor<7x37xf32> init #train.uniform_init<low = -0.1, high = 0.1>
func.func @step(%x: tensor<9x37xf32>, %l: tensor<9xi32>) -> tensor<f32> attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<7x37xf32> loc("fc")
  %0 = nn.matmul %x, %w transpose_rhs : tensor<9x37xf32>, tensor<7x37xf32> loc("fc")
  %1 = nn.softmax_cross_entropy %0, %l : tensor<9x7xf32>, tensor<9xi32> loc("loss")
  %2 = nn.reduce sum %1 dims [0] : tensor<9xf32> loc("loss")
  %g = train.grad %2 wrt %w : tensor<f32>, tensor<7x37xf32> -> tensor<7x37xf32>
  %c = train.clip_norm %g max 1.0 : tensor<7x37xf32> -> tensor<7x37xf32>
  %r = train.learning_rate #train.cosine<initial = 0.1, final = 0.001> warmup 3
  train.update.adam @w by %c rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.01, decoupled = true} : tensor<7x37xf32>
  return %2 : tensor<f32>
}

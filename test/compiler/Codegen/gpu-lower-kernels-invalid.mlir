// RUN: gradus-opt %s --gradus-linalg-pipeline --gpu-lower-kernels --verify-diagnostics
// RUN: not gradus-opt %s --gpu-lower-kernels=chip=sm_61 2>&1 | FileCheck %s
// RUN: not gradus-opt %s --gpu-fuse-horizontally=chip=H100 2>&1 | FileCheck %s --check-prefix=NAME
// CHECK: error: there is no GPU 'sm_61' to generate code for; give sm_70 or later
// NAME: error: there is no GPU 'H100' to generate code for; give sm_70 or later

// expected-error@+1 {{needs 2148437500 blocks, more than a GPU launches at once; use a smaller batch}}
rt.kernel @large(%x: tensor<2200000000000xf32>) -> tensor<2200000000000xf32> kind elementwise {
  %0 = nn.neg %x : tensor<2200000000000xf32>
  rt.yield %0 : tensor<2200000000000xf32>
}

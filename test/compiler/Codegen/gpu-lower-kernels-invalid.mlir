// RUN: gradus-opt %s --gradus-linalg-pipeline --gpu-lower-kernels --verify-diagnostics

// expected-error@+1 {{needs 2148437500 blocks, more than a GPU launches at once; use a smaller batch}}
rt.kernel @large(%x: tensor<2200000000000xf32>) -> tensor<2200000000000xf32> kind elementwise {
  %0 = nn.neg %x : tensor<2200000000000xf32>
  rt.yield %0 : tensor<2200000000000xf32>
}

// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -verify-diagnostics
// Conditions cannot be stored in memory: kernels compute them where they are used.

// expected-error @below {{takes or returns a tensor of i1, which cannot be stored in memory}}
rt.kernel @select(%c: tensor<32xi1>, %x: tensor<32xf32>, %y: tensor<32xf32>) -> tensor<32xf32> kind elementwise {
  %0 = nn.select %c, %x, %y : tensor<32xi1>, tensor<32xf32>
  rt.yield %0 : tensor<32xf32>
}

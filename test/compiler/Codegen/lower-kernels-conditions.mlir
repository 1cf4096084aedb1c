// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s
// XFAIL: *
// Bug: i1 buffers are loaded as vectors of bits.
// A tensor<5xi1> takes a byte an element in memory (PlanArena's bytesOf), while
// a vector.load of i1 reads bits: an input of conditions must not be loaded so.

// CHECK-LABEL: func.func @select
//   CHECK-NOT: vector.load {{.*}}xi1>
//       CHECK: return
rt.kernel @select(%c: tensor<32xi1>, %x: tensor<32xf32>, %y: tensor<32xf32>) -> tensor<32xf32> kind elementwise {
  %0 = nn.select %c, %x, %y : tensor<32xi1>, tensor<32xf32>
  rt.yield %0 : tensor<32xf32>
}

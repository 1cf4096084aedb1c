// RUN: not gradus-opt %s --reference-run 2>&1 | FileCheck %s
// A resource is an error, not a crash.
// CHECK: the evaluator reads dense constants only

func.func @resource() {
  %0 = nn.constant dense_resource<blob1> : tensor<3xi32>
  %e = nn.constant dense<[1, 2, 3]> : tensor<3xi32>
  // Exact: nothing is computed.
  check.expect_close %0, %e atol 0.0 rtol 0.0 : tensor<3xi32>
  return
}

{-# dialect_resources: { builtin: { blob1: "0x04000000010000000200000003000000" } } #-}

// RUN: gradus-opt %s --reference-run
// XFAIL: *
// Bug: Tensor::fromAttr cannot iterate over a resource and aborts.
// nn.constant takes any ElementsAttr, so also a resource.

func.func @resource() {
  %0 = nn.constant dense_resource<blob1> : tensor<3xi32>
  %e = nn.constant dense<[1, 2, 3]> : tensor<3xi32>
  // Exact: nothing is computed.
  check.expect_close %0, %e atol 0.0 rtol 0.0 : tensor<3xi32>
  return
}

{-# dialect_resources: { builtin: { blob1: "0x04000000010000000200000003000000" } } #-}

// RUN: gradus-opt %s --rt-plan-arena | FileCheck %s --check-prefixes=CHECK,SHARED
// RUN: gradus-opt %s --rt-plan-arena=no-alias-bytes=64 | FileCheck %s --check-prefixes=CHECK,UNSHARED

// Two values that are never alive at once share memory, unless they are small and
// small ones never alias; large ones always may.
rt.kernel @small(%x: tensor<3x4xf32>) -> tensor<3xf32> kind row {
  %0 = nn.reduce sum %x dims [1] : tensor<3x4xf32>
  rt.yield %0 : tensor<3xf32>
}
rt.kernel @spread(%x: tensor<3xf32>) -> tensor<3x4xf32> kind generic {
  %0 = nn.broadcast %x dims [0] : tensor<3xf32> -> tensor<3x4xf32>
  rt.yield %0 : tensor<3x4xf32>
}
rt.kernel @large(%x: tensor<3x4xf32>) -> tensor<99xf32> kind generic {
  %0 = nn.constant dense<1.0> : tensor<99xf32>
  rt.yield %0 : tensor<99xf32>
}
rt.kernel @back(%x: tensor<99xf32>) -> tensor<3x4xf32> kind generic {
  %0 = nn.constant dense<1.0> : tensor<3x4xf32>
  rt.yield %0 : tensor<3x4xf32>
}
// CHECK-LABEL: func.func @f
// SHARED-SAME: rt.plan = #rt.plan<arena_bytes = 512
//  UNSHARED-SAME: rt.plan = #rt.plan<arena_bytes = 704
func.func @f(%x: tensor<3x4xf32>) -> tensor<3x4xf32> attributes {train.entry = #train.entry<train>} {
  %0 = rt.launch @small(%x) : (tensor<3x4xf32>) -> tensor<3xf32>
  %1 = rt.launch @spread(%0) : (tensor<3xf32>) -> tensor<3x4xf32>
  %2 = rt.launch @large(%1) : (tensor<3x4xf32>) -> tensor<99xf32>
  %3 = rt.launch @back(%2) : (tensor<99xf32>) -> tensor<3x4xf32>
  %4 = rt.launch @large(%3) : (tensor<3x4xf32>) -> tensor<99xf32>
  %5 = rt.launch @back(%4) : (tensor<99xf32>) -> tensor<3x4xf32>
  return %5 : tensor<3x4xf32>
}

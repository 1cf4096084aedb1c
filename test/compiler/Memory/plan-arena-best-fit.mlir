// RUN: gradus-opt %s --rt-plan-arena | FileCheck %s
// Largest block first, each in the smallest gap; a slot starts on a cache line.

rt.kernel @row37(%x: tensor<3x5xf32>) -> tensor<37xf32> kind generic {
  %0 = nn.constant dense<1.0> : tensor<37xf32>
  rt.yield %0 : tensor<37xf32>
}
rt.kernel @one(%x: tensor<37xf32>) -> tensor<1xf32> kind generic {
  %0 = nn.slice %x from [0] to [1] by [1] : tensor<37xf32>
  rt.yield %0 : tensor<1xf32>
}
// 37 floats are 148 bytes and take 192; one float takes 64.
// CHECK-LABEL: func.func @aligned
//  CHECK-SAME: rt.plan = #rt.plan<arena_bytes = 512
//  CHECK-SAME: results = [<arena, {{0|192|384}}>, <arena, {{0|192|384|448}}>, <arena, {{0|192|384|448}}>]
func.func @aligned(%x: tensor<3x5xf32>) -> (tensor<37xf32>, tensor<1xf32>, tensor<1xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @row37(%x) : (tensor<3x5xf32>) -> tensor<37xf32>
  %1 = rt.launch @row37(%x) : (tensor<3x5xf32>) -> tensor<37xf32>
  %2 = rt.launch @one(%0) : (tensor<37xf32>) -> tensor<1xf32>
  %3 = rt.launch @one(%1) : (tensor<37xf32>) -> tensor<1xf32>
  return %0, %2, %3 : tensor<37xf32>, tensor<1xf32>, tensor<1xf32>
}

// RUN: gradus-opt %s --train-expand-updates | FileCheck %s
// RUN: gradus-opt %s --train-expand-updates --reference-run

// One norm over all gradients, one scale for each.
// CHECK-LABEL: func.func @two_gradients
//  CHECK-SAME: (%[[A:.*]]: tensor<3xf32>, %[[B:.*]]: tensor<2x3xf32>)
func.func @two_gradients(%a: tensor<3xf32>, %b: tensor<2x3xf32>) -> (tensor<3xf32>, tensor<2x3xf32>) {
  // CHECK: %[[AA:.*]] = nn.mul %[[A]], %[[A]]
  // CHECK: %[[SA:.*]] = nn.reduce sum %[[AA]] dims [0]
  // CHECK: %[[BB:.*]] = nn.mul %[[B]], %[[B]]
  // CHECK: %[[SB:.*]] = nn.reduce sum %[[BB]] dims [0, 1]
  // CHECK: %[[S:.*]] = nn.add %[[SA]], %[[SB]]
  // CHECK: nn.sqrt %[[S]]
  // CHECK: %[[K:.*]] = nn.minimum
  // CHECK-DAG: %[[KA:.*]] = nn.broadcast %[[K]] dims [] : tensor<f32> -> tensor<3xf32>
  // CHECK-DAG: %[[RA:.*]] = nn.mul %[[A]], %[[KA]]
  // CHECK-DAG: %[[KB:.*]] = nn.broadcast %[[K]] dims [] : tensor<f32> -> tensor<2x3xf32>
  // CHECK-DAG: %[[RB:.*]] = nn.mul %[[B]], %[[KB]]
  // CHECK: return %[[RA]], %[[RB]]
  %0:2 = train.clip_norm %a, %b max 0.5 : tensor<3xf32>, tensor<2x3xf32> -> tensor<3xf32>, tensor<2x3xf32>
  return %0#0, %0#1 : tensor<3xf32>, tensor<2x3xf32>
}

// The norm of (3, 0, 4) with (0, 12) is 13; 13 / 2 is too long by a factor of 6.5.
func.func @values() {
  %a = nn.constant dense<[3.0, 0.0, 4.0]> : tensor<3xf64>
  %b = nn.constant dense<[0.0, 12.0]> : tensor<2xf64>
  %0:2 = train.clip_norm %a, %b max 2.0 : tensor<3xf64>, tensor<2xf64> -> tensor<3xf64>, tensor<2xf64>
  %ea = nn.constant dense<[0.46153846153846156, 0.0, 0.6153846153846154]> : tensor<3xf64>
  %eb = nn.constant dense<[0.0, 1.8461538461538463]> : tensor<2xf64>
  // 1e-6 is added to the norm.
  check.expect_close %0#0, %ea atol 0.0 rtol 1.0e-7 : tensor<3xf64>
  check.expect_close %0#1, %eb atol 0.0 rtol 1.0e-7 : tensor<2xf64>
  // Short ones stay as they are, bit by bit.
  %1:2 = train.clip_norm %a, %b max 14.0 : tensor<3xf64>, tensor<2xf64> -> tensor<3xf64>, tensor<2xf64>
  check.expect_close %1#0, %a atol 0.0 rtol 0.0 : tensor<3xf64>
  check.expect_close %1#1, %b atol 0.0 rtol 0.0 : tensor<2xf64>
  return
}

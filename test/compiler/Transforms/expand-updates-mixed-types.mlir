// RUN: gradus-opt %s --train-expand-updates | FileCheck %s
// The verifier of train.clip_norm takes f32 and f64 together: the norm is summed in
// the type of the first gradient, and the scale is cast to that of each.

// CHECK-LABEL: func.func @clip
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %[[H:.*]]: tensor<2xf64>)
func.func @clip(%g: tensor<3xf32>, %h: tensor<2xf64>) -> (tensor<3xf32>, tensor<2xf64>) {
  // CHECK: %[[HH:.*]] = nn.mul %[[H]], %[[H]]
  // CHECK: %[[SUM:.*]] = nn.reduce sum %[[HH]] dims [0]
  // CHECK: %[[SUM32:.*]] = nn.cast %[[SUM]] : tensor<f64> -> tensor<f32>
  // CHECK: nn.add %{{.*}}, %[[SUM32]]
  // CHECK: %[[SCALE:.*]] = nn.minimum
  // CHECK: %[[BG:.*]] = nn.broadcast %[[SCALE]] dims [] : tensor<f32> -> tensor<3xf32>
  // CHECK: %[[CG:.*]] = nn.mul %[[G]], %[[BG]]
  // CHECK: %[[SCALE64:.*]] = nn.cast %[[SCALE]] : tensor<f32> -> tensor<f64>
  // CHECK: %[[BH:.*]] = nn.broadcast %[[SCALE64]] dims [] : tensor<f64> -> tensor<2xf64>
  // CHECK: %[[CH:.*]] = nn.mul %[[H]], %[[BH]]
  // CHECK: return %[[CG]], %[[CH]]
  %c:2 = train.clip_norm %g, %h max 1.0 : tensor<3xf32>, tensor<2xf64> -> tensor<3xf32>, tensor<2xf64>
  return %c#0, %c#1 : tensor<3xf32>, tensor<2xf64>
}

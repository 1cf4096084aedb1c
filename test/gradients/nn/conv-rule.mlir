// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1, d2) -> (d2, -d1 + 1, d0)>
// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x7x3xf64>, %[[W:.*]]: tensor<4x2x3xf64>)
func.func @rule(%x: tensor<2x7x3xf64>, %w: tensor<4x2x3xf64>) -> (tensor<2x7x3xf64>, tensor<4x2x3xf64>) {
  // CHECK: %[[KERNEL:.*]] = nn.affine_read %[[W]] through #[[TURNED]] : tensor<4x2x3xf64> -> tensor<3x2x4xf64>
  // CHECK: %[[SPREAD:.*]] = nn.pad %{{.*}} low [0, 1, 0] by [1, 2, 1] size [2, 8, 4] : tensor<2x3x4xf64>
  // CHECK: %[[DX:.*]] = nn.conv %[[SPREAD]], %[[KERNEL]] stride [1] dilation [1] :
  // CHECK: %[[WINDOWS:.*]] = nn.window %[[X]] dims [1] size [2] stride [2] dilation [1] at 2 :
  // CHECK: nn.matmul %{{.*}}, %{{.*}} transpose_lhs : tensor<6x6xf64>, tensor<6x4xf64>
  // CHECK: %[[COLUMNS:.*]] = nn.reshape %{{.*}} : tensor<6x4xf64> -> tensor<2x3x4xf64>
  // CHECK: %[[DW:.*]] = nn.transpose %[[COLUMNS]] perm [2, 0, 1] : tensor<2x3x4xf64>
  // CHECK: return %[[DX]], %[[DW]]
  %y = nn.conv %x, %w stride [2] dilation [1] : tensor<2x7x3xf64>, tensor<4x2x3xf64>
  %loss = nn.reduce sum %y dims [0, 1, 2] : tensor<2x3x4xf64>
  %gx, %gw = train.grad %loss wrt %x, %w : tensor<f64>, tensor<2x7x3xf64>, tensor<4x2x3xf64> -> tensor<2x7x3xf64>, tensor<4x2x3xf64>
  return %gx, %gw : tensor<2x7x3xf64>, tensor<4x2x3xf64>
}

// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1, d2) -> (d2, -d1 + 1, d0)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2) -> (d2, d1 * -2, d0)>
// CHECK-DAG: #[[SECOND:.*]] = affine_map<(d0, d1, d2) -> (d2, d1 * -2 + 1, d0)>
// CHECK-LABEL: func.func @dense
//  CHECK-SAME: (%{{.*}}, %[[W:.*]]: tensor<4x2x3xf64>)
func.func @dense(%x: tensor<2x7x3xf64>, %w: tensor<4x2x3xf64>) -> tensor<2x7x3xf64> {
  // CHECK: %[[KERNEL:.*]] = nn.affine_read %[[W]] through #[[TURNED]] : tensor<4x2x3xf64> -> tensor<3x2x4xf64>
  // CHECK: %[[PADDED:.*]] = nn.pad %{{.*}} low [0, 1, 0] by [1, 1, 1] size [2, 8, 4] : tensor<2x6x4xf64>
  // CHECK: %[[DX:.*]] = nn.conv %[[PADDED]], %[[KERNEL]] stride [1] dilation [1] :
  // CHECK: return %[[DX]]
  %y = nn.conv %x, %w stride [1] dilation [1] : tensor<2x7x3xf64>, tensor<4x2x3xf64>
  %loss = nn.reduce sum %y dims [0, 1, 2] : tensor<2x6x4xf64>
  %gx = train.grad %loss wrt %x : tensor<f64>, tensor<2x7x3xf64> -> tensor<2x7x3xf64>
  return %gx : tensor<2x7x3xf64>
}

// Even elements of the input see the first element of the kernel, odd ones the second.
// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<2x7x3xf64>, %[[W:.*]]: tensor<4x2x3xf64>)
func.func @rule(%x: tensor<2x7x3xf64>, %w: tensor<4x2x3xf64>) -> (tensor<2x7x3xf64>, tensor<4x2x3xf64>) {
  // CHECK: %[[K0:.*]] = nn.affine_read %[[W]] through #[[FIRST]] : tensor<4x2x3xf64> -> tensor<3x1x4xf64>
  // CHECK: %[[P0:.*]] = nn.pad %{{.*}} low [0, 0, 0] by [1, 1, 1] size [2, 4, 4] : tensor<2x3x4xf64>
  // CHECK: %[[C0:.*]] = nn.conv %[[P0]], %[[K0]] stride [1] dilation [1] :
  // CHECK: %[[X0:.*]] = nn.pad %[[C0]] low [0, 0, 0] by [1, 2, 1] size [2, 7, 3] : tensor<2x4x3xf64>
  // CHECK: %[[K1:.*]] = nn.affine_read %[[W]] through #[[SECOND]] : tensor<4x2x3xf64> -> tensor<3x1x4xf64>
  // CHECK: %[[P1:.*]] = nn.pad %{{.*}} low [0, 0, 0] by [1, 1, 1] size [2, 3, 4] : tensor<2x3x4xf64>
  // CHECK: %[[C1:.*]] = nn.conv %[[P1]], %[[K1]] stride [1] dilation [1] :
  // CHECK: %[[X1:.*]] = nn.pad %[[C1]] low [0, 1, 0] by [1, 2, 1] size [2, 7, 3] : tensor<2x3x3xf64>
  // CHECK: %[[DX:.*]] = nn.add %[[X0]], %[[X1]]
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

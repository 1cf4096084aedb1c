// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @rows(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.softmax %x dim 1 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @columns(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.softmax %x dim 0 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @middle(%x: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  %y = nn.softmax %x dim 1 : tensor<2x3x5xf64>
  return %y : tensor<2x3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.softmax %[[X]] dim 1
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[GY:.*]] = nn.mul %[[G]], %[[Y]]
  // CHECK: %[[S:.*]] = nn.reduce sum %[[GY]] dims [1]
  // CHECK: %[[SS:.*]] = nn.broadcast %[[S]] dims [0]
  // CHECK: %[[C:.*]] = nn.sub %[[G]], %[[SS]]
  // CHECK: %[[D:.*]] = nn.mul %[[Y]], %[[C]]
  // CHECK: return %[[D]]
  %y = nn.softmax %x dim 1 : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

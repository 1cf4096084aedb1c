// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @rows(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.log_softmax %x dim 1 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @columns(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.log_softmax %x dim 0 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @middle(%x: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  %y = nn.log_softmax %x dim 1 : tensor<2x3x5xf64>
  return %y : tensor<2x3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.log_softmax %[[X]] dim 1
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[P:.*]] = nn.exp %[[Y]]
  // CHECK-DAG: %[[S:.*]] = nn.reduce sum %[[G]] dims [1]
  // CHECK-DAG: %[[SS:.*]] = nn.broadcast %[[S]] dims [0]
  // CHECK-DAG: %[[C:.*]] = nn.mul %[[P]], %[[SS]]
  // CHECK-DAG: %[[D:.*]] = nn.sub %[[G]], %[[C]]
  // CHECK: return %[[D]]
  %y = nn.log_softmax %x dim 1 : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

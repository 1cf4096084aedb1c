// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @samples(%x: tensor<3x5xf64>, %l: tensor<3xi32>) -> tensor<3xf64> {
  %y = nn.softmax_cross_entropy %x, %l : tensor<3x5xf64>, tensor<3xi32>
  return %y : tensor<3xf64>
}

func.func @sequence_of_samples(%x: tensor<2x3x5xf64>, %l: tensor<2x3xi64>) -> tensor<2x3xf64> {
  %y = nn.softmax_cross_entropy %x, %l : tensor<2x3x5xf64>, tensor<2x3xi64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>, %[[L:.*]]: tensor<3xi32>)
func.func @rule(%x: tensor<3x5xf64>, %l: tensor<3xi32>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[P:.*]] = nn.softmax %[[X]] dim 1
  // CHECK-DAG: %[[H:.*]] = nn.one_hot %[[L]]
  // CHECK-DAG: %[[C:.*]] = nn.sub %[[P]], %[[H]]
  // CHECK-DAG: %[[GS:.*]] = nn.broadcast %[[G]] dims [0]
  // CHECK-DAG: %[[D:.*]] = nn.mul %[[C]], %[[GS]]
  // CHECK: return %[[D]]
  %y = nn.softmax_cross_entropy %x, %l : tensor<3x5xf64>, tensor<3xi32>
  %loss = nn.reduce sum %y dims [0] : tensor<3xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @values(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.sub %l, %r : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @both_sides_the_same(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.sub %x, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @rule(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>) {
  // CHECK-DAG: %[[Y:.*]] = nn.sub %[[L]], %[[R]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[N:.*]] = nn.neg %[[G]]
  // CHECK: return %[[G]], %[[N]]
  %y = nn.sub %l, %r : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<3x5xf64> -> tensor<3x5xf64>, tensor<3x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<3x5xf64>
}

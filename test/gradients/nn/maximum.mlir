// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// Where both are equal the left side takes all; finite differences are asked
// only where they differ (seed 1).

func.func @values(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.maximum %l, %r : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}


// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @rule(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>) {
  // CHECK-DAG: %[[Y:.*]] = nn.maximum %[[L]], %[[R]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[C:.*]] = nn.compare ge %[[L]], %[[R]]
  // CHECK-DAG: %[[DL:.*]] = nn.select %[[C]], %[[G]], %{{.*}} :
  // CHECK-DAG: %[[DR:.*]] = nn.select %{{.*}}, %{{.*}}, %[[G]] :
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.maximum %l, %r : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<3x5xf64> -> tensor<3x5xf64>, tensor<3x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<3x5xf64>
}

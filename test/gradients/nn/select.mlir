// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The condition has no derivative; no input lies at 0.25 (seed 1).

func.func @values(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %z = nn.constant dense<0.25> : tensor<3x5xf64>
  %c = nn.compare gt %l, %z : tensor<3x5xf64> -> tensor<3x5xi1>
  %y = nn.select %c, %l, %r : tensor<3x5xi1>, tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[C:.*]]: tensor<3x5xi1>, %[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @rule(%c: tensor<3x5xi1>, %l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>) {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[DL:.*]] = nn.select %[[C]], %[[G]], %{{.*}} :
  // CHECK-DAG: %[[DR:.*]] = nn.select %[[C]], %{{.*}}, %[[G]] :
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.select %c, %l, %r : tensor<3x5xi1>, tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<3x5xf64> -> tensor<3x5xf64>, tensor<3x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<3x5xf64>
}

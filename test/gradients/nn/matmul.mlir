// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// n and t: operands as they are, and transposed. No gradient needs a transpose op.

func.func @nn(%l: tensor<3x5xf64>, %r: tensor<5x7xf64>) -> tensor<3x7xf64> {
  %y = nn.matmul %l, %r : tensor<3x5xf64>, tensor<5x7xf64>
  return %y : tensor<3x7xf64>
}

func.func @nt(%l: tensor<3x5xf64>, %r: tensor<7x5xf64>) -> tensor<3x7xf64> {
  %y = nn.matmul %l, %r transpose_rhs : tensor<3x5xf64>, tensor<7x5xf64>
  return %y : tensor<3x7xf64>
}

func.func @tn(%l: tensor<5x3xf64>, %r: tensor<5x7xf64>) -> tensor<3x7xf64> {
  %y = nn.matmul %l, %r transpose_lhs : tensor<5x3xf64>, tensor<5x7xf64>
  return %y : tensor<3x7xf64>
}

func.func @tt(%l: tensor<5x3xf64>, %r: tensor<7x5xf64>) -> tensor<3x7xf64> {
  %y = nn.matmul %l, %r transpose_lhs transpose_rhs : tensor<5x3xf64>, tensor<7x5xf64>
  return %y : tensor<3x7xf64>
}

func.func @square_of_one_value(%x: tensor<3x3xf64>) -> tensor<3x3xf64> {
  %y = nn.matmul %x, %x : tensor<3x3xf64>, tensor<3x3xf64>
  return %y : tensor<3x3xf64>
}

// CHECK-LABEL: func.func @rule_nn
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<5x7xf64>)
func.func @rule_nn(%l: tensor<3x5xf64>, %r: tensor<5x7xf64>) -> (tensor<3x5xf64>, tensor<5x7xf64>) {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[DL:.*]] = nn.matmul %[[G]], %[[R]] transpose_rhs :
  // CHECK-DAG: %[[DR:.*]] = nn.matmul %[[L]], %[[G]] transpose_lhs :
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.matmul %l, %r : tensor<3x5xf64>, tensor<5x7xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x7xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<5x7xf64> -> tensor<3x5xf64>, tensor<5x7xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<5x7xf64>
}

// CHECK-LABEL: func.func @rule_nt
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<7x5xf64>)
func.func @rule_nt(%l: tensor<3x5xf64>, %r: tensor<7x5xf64>) -> (tensor<3x5xf64>, tensor<7x5xf64>) {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[DL:.*]] = nn.matmul %[[G]], %[[R]] :
  // CHECK-DAG: %[[DR:.*]] = nn.matmul %[[G]], %[[L]] transpose_lhs :
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.matmul %l, %r transpose_rhs : tensor<3x5xf64>, tensor<7x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x7xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<7x5xf64> -> tensor<3x5xf64>, tensor<7x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<7x5xf64>
}

// CHECK-LABEL: func.func @rule_tn
//  CHECK-SAME: (%[[L:.*]]: tensor<5x3xf64>, %[[R:.*]]: tensor<5x7xf64>)
func.func @rule_tn(%l: tensor<5x3xf64>, %r: tensor<5x7xf64>) -> (tensor<5x3xf64>, tensor<5x7xf64>) {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[DL:.*]] = nn.matmul %[[R]], %[[G]] transpose_rhs :
  // CHECK-DAG: %[[DR:.*]] = nn.matmul %[[L]], %[[G]] :
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.matmul %l, %r transpose_lhs : tensor<5x3xf64>, tensor<5x7xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x7xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<5x3xf64>, tensor<5x7xf64> -> tensor<5x3xf64>, tensor<5x7xf64>
  return %g#0, %g#1 : tensor<5x3xf64>, tensor<5x7xf64>
}

// CHECK-LABEL: func.func @rule_tt
//  CHECK-SAME: (%[[L:.*]]: tensor<5x3xf64>, %[[R:.*]]: tensor<7x5xf64>)
func.func @rule_tt(%l: tensor<5x3xf64>, %r: tensor<7x5xf64>) -> (tensor<5x3xf64>, tensor<7x5xf64>) {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[DL:.*]] = nn.matmul %[[R]], %[[G]] transpose_lhs transpose_rhs :
  // CHECK-DAG: %[[DR:.*]] = nn.matmul %[[G]], %[[L]] transpose_lhs transpose_rhs :
  // CHECK: return %[[DL]], %[[DR]]
  %y = nn.matmul %l, %r transpose_lhs transpose_rhs : tensor<5x3xf64>, tensor<7x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x7xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<5x3xf64>, tensor<7x5xf64> -> tensor<5x3xf64>, tensor<7x5xf64>
  return %g#0, %g#1 : tensor<5x3xf64>, tensor<7x5xf64>
}

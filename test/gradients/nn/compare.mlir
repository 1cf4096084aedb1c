// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// A step is flat: zero almost everywhere.

func.func @condition_has_no_derivative(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %c = nn.compare lt %l, %r : tensor<3x5xf64> -> tensor<3x5xi1>
  %f = nn.cast %c : tensor<3x5xi1> -> tensor<3x5xf64>
  %y = nn.mul %f, %l : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @rule(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) -> (tensor<3x5xf64>, tensor<3x5xf64>) {
  // CHECK-DAG: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<3x5xf64>
  // CHECK: return %{{.*}}, %{{.*}}
  %c = nn.compare lt %l, %r : tensor<3x5xf64> -> tensor<3x5xi1>
  %y = nn.cast %c : tensor<3x5xi1> -> tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g:2 = train.grad %loss wrt %l, %r : tensor<f64>, tensor<3x5xf64>, tensor<3x5xf64> -> tensor<3x5xf64>, tensor<3x5xf64>
  return %g#0, %g#1 : tensor<3x5xf64>, tensor<3x5xf64>
}

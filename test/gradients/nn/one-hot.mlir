// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @constant_factor(%x: tensor<3x5xf64>, %i: tensor<3xi32>) -> tensor<3x5xf64> {
  %h = nn.one_hot %i : tensor<3xi32> -> tensor<3x5xf64>
  %y = nn.mul %h, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<3x5xf64>
  // CHECK: return %[[Z]]
  %i = nn.argmax %x dim 1 : tensor<3x5xf64> -> tensor<3xi32>
  %y = nn.one_hot %i : tensor<3xi32> -> tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

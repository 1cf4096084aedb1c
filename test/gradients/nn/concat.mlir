// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @rows(%a: tensor<1x5xf64>, %b: tensor<2x5xf64>) -> tensor<3x5xf64> {
  %y = nn.concat %a, %b dim 0 : tensor<1x5xf64>, tensor<2x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @columns(%a: tensor<3x1xf64>, %b: tensor<3x2xf64>, %c: tensor<3x4xf64>) -> tensor<3x7xf64> {
  %y = nn.concat %a, %b, %c dim 1 : tensor<3x1xf64>, tensor<3x2xf64>, tensor<3x4xf64>
  return %y : tensor<3x7xf64>
}

func.func @one_value_twice(%a: tensor<3x2xf64>) -> tensor<3x4xf64> {
  %y = nn.concat %a, %a dim 1 : tensor<3x2xf64>, tensor<3x2xf64>
  return %y : tensor<3x4xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[A:.*]]: tensor<3x1xf64>, %[[B:.*]]: tensor<3x2xf64>)
func.func @rule(%a: tensor<3x1xf64>, %b: tensor<3x2xf64>) -> (tensor<3x1xf64>, tensor<3x2xf64>) {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[DA:.*]] = nn.slice %[[G]] from [0, 0] to [3, 1] by [1, 1]
  // CHECK-DAG: %[[DB:.*]] = nn.slice %[[G]] from [0, 1] to [3, 3] by [1, 1]
  // CHECK: return %[[DA]], %[[DB]]
  %y = nn.concat %a, %b dim 1 : tensor<3x1xf64>, tensor<3x2xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x3xf64>
  %g:2 = train.grad %loss wrt %a, %b : tensor<f64>, tensor<3x1xf64>, tensor<3x2xf64> -> tensor<3x1xf64>, tensor<3x2xf64>
  return %g#0, %g#1 : tensor<3x1xf64>, tensor<3x2xf64>
}

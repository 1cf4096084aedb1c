// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.tanh %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.tanh %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[Q:.*]] = nn.mul %[[Y]], %[[Y]]
  // CHECK-DAG: %[[O:.*]] = nn.sub %{{.*}}, %[[Q]]
  // CHECK-DAG: %[[D:.*]] = nn.mul %[[G]], %[[O]]
  // CHECK: return %[[D]]
  %y = nn.tanh %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

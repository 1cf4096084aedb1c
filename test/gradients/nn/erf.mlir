// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.erf %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.erf %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[K:.*]] = nn.constant dense<1.1283791670955126> : tensor<3x5xf64>
  // CHECK-DAG: %[[Q:.*]] = nn.mul %[[X]], %[[X]]
  // CHECK-DAG: %[[N:.*]] = nn.neg %[[Q]]
  // CHECK-DAG: %[[E:.*]] = nn.exp %[[N]]
  // CHECK-DAG: %[[P:.*]] = nn.mul %[[K]], %[[E]]
  // CHECK-DAG: %[[D:.*]] = nn.mul %[[G]], %[[P]]
  // CHECK: return %[[D]]
  %y = nn.erf %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

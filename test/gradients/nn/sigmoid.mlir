// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.sigmoid %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.sigmoid %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[O:.*]] = nn.sub %{{.*}}, %[[Y]]
  // CHECK-DAG: %[[P:.*]] = nn.mul %[[Y]], %[[O]]
  // CHECK-DAG: %[[D:.*]] = nn.mul %[[G]], %[[P]]
  // CHECK: return %[[D]]
  %y = nn.sigmoid %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The rule takes a side at the kink; finite differences do not see one there,
// so no input lies within 0.004 of it (seed 1).

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.leaky_relu %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @given_slope(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.leaky_relu %x {slope = 0.25 : f64} : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.leaky_relu %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[C:.*]] = nn.compare gt %[[X]], %{{.*}}
  // CHECK-DAG: %[[K:.*]] = nn.constant dense<1.000000e-02> : tensor<3x5xf64>
  // CHECK-DAG: %[[P:.*]] = nn.mul %[[G]], %[[K]]
  // CHECK-DAG: %[[D:.*]] = nn.select %[[C]], %[[G]], %[[P]]
  // CHECK: return %[[D]]
  %y = nn.leaky_relu %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

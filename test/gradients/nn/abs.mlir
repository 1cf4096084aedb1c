// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// The rule takes a side at the kink; finite differences do not see one there,
// so no input lies within 0.004 of it (seed 1).

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.abs %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.abs %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<3x5xf64>
  // CHECK-DAG: %[[C:.*]] = nn.compare lt %[[X]], %[[Z]]
  // CHECK-DAG: %[[N:.*]] = nn.neg %[[G]]
  // CHECK-DAG: %[[D:.*]] = nn.select %[[C]], %[[N]], %[[G]]
  // CHECK: return %[[D]]
  %y = nn.abs %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

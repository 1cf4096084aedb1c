// RUN: gradus-opt %s --check-gradients="low=0.5 high=3.0"
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

// Defined for positive numbers.

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.sqrt %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @rule(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[Y:.*]] = nn.sqrt %[[X]]
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK-DAG: %[[H:.*]] = nn.constant dense<5.000000e-01> : tensor<3x5xf64>
  // CHECK-DAG: %[[P:.*]] = nn.mul %[[G]], %[[H]]
  // CHECK-DAG: %[[D:.*]] = nn.div %[[P]], %[[Y]]
  // CHECK: return %[[D]]
  %y = nn.sqrt %x : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

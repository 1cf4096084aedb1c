// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @same_mask_twice(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %seed = nn.constant dense<7> : tensor<i64>
  %step = nn.constant dense<3> : tensor<i64>
  %y = nn.dropout %x, %seed, %step rate 0.375 stream 2 : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// CHECK-LABEL: func.func @rule
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>, %[[S:.*]]: tensor<i64>, %[[N:.*]]: tensor<i64>)
func.func @rule(%x: tensor<3x5xf64>, %s: tensor<i64>, %n: tensor<i64>) -> tensor<3x5xf64> {
  // CHECK-DAG: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.dropout %[[G]], %[[S]], %[[N]] rate 3.750000e-01 stream 2
  // CHECK: return %[[D]]
  %y = nn.dropout %x, %s, %n rate 3.750000e-01 stream 2 : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  return %g : tensor<3x5xf64>
}

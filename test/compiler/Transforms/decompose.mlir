// RUN: gradus-opt %s --nn-decompose | FileCheck %s

// CHECK-LABEL: func.func @softmax
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @softmax(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {
  // CHECK: %[[M:.*]] = nn.reduce max %[[X]] dims [1]
  // CHECK: %[[MS:.*]] = nn.broadcast %[[M]] dims [0]
  // CHECK: %[[S:.*]] = nn.sub %[[X]], %[[MS]]
  // CHECK: %[[E:.*]] = nn.exp %[[S]]
  // CHECK: %[[SUM:.*]] = nn.reduce sum %[[E]] dims [1]
  // CHECK: %[[SS:.*]] = nn.broadcast %[[SUM]] dims [0]
  // CHECK: %[[Y:.*]] = nn.div %[[E]], %[[SS]]
  // CHECK: return %[[Y]]
  %0 = nn.softmax %x dim 1 : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @softmax_of_columns
func.func @softmax_of_columns(%x: tensor<2x3x5xf32>) -> tensor<2x3x5xf32> {
  // CHECK: %[[M:.*]] = nn.reduce max %{{.*}} dims [1] : tensor<2x3x5xf32>
  // CHECK: nn.broadcast %[[M]] dims [0, 2] : tensor<2x5xf32> -> tensor<2x3x5xf32>
  %0 = nn.softmax %x dim 1 : tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// CHECK-LABEL: func.func @log_softmax
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @log_softmax(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {
  // CHECK: %[[S:.*]] = nn.sub %[[X]],
  // CHECK: %[[E:.*]] = nn.exp %[[S]]
  // CHECK: %[[SUM:.*]] = nn.reduce sum %[[E]] dims [1]
  // CHECK: %[[L:.*]] = nn.log %[[SUM]]
  // CHECK: %[[LS:.*]] = nn.broadcast %[[L]] dims [0]
  // CHECK: %[[Y:.*]] = nn.sub %[[S]], %[[LS]]
  // CHECK: return %[[Y]]
  %0 = nn.log_softmax %x dim 1 : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @softmax_cross_entropy
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>, %[[L:.*]]: tensor<3xi32>)
func.func @softmax_cross_entropy(%x: tensor<3x5xf32>, %l: tensor<3xi32>) -> tensor<3xf32> {
  // CHECK: %[[S:.*]] = nn.sub %[[X]],
  // CHECK: %[[LSE:.*]] = nn.log
  // CHECK-DAG: %[[NONE:.*]] = nn.constant dense<0xFF800000> : tensor<3x5xf32>
  // CHECK-DAG: %[[I:.*]] = nn.iota dim 1 : tensor<3x5xi32>
  // CHECK-DAG: %[[LS:.*]] = nn.broadcast %[[L]] dims [0]
  // CHECK-DAG: %[[HIT:.*]] = nn.compare eq %[[I]], %[[LS]]
  // CHECK: %[[ONLY:.*]] = nn.select %[[HIT]], %[[S]], %[[NONE]]
  // CHECK: %[[P:.*]] = nn.reduce max %[[ONLY]] dims [1]
  // CHECK: %[[Y:.*]] = nn.sub %[[LSE]], %[[P]]
  // CHECK: return %[[Y]]
  %0 = nn.softmax_cross_entropy %x, %l : tensor<3x5xf32>, tensor<3xi32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @dropout
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>, %[[SEED:.*]]: tensor<i64>, %[[STEP:.*]]: tensor<i64>)
func.func @dropout(%x: tensor<3x5xf32>, %seed: tensor<i64>, %step: tensor<i64>) -> tensor<3x5xf32> {
  // CHECK-DAG: %[[R:.*]] = nn.random_uniform %[[SEED]], %[[STEP]] stream 7 : tensor<3x5xf32>
  // CHECK-DAG: %[[RATE:.*]] = nn.constant dense<2.000000e-01> : tensor<3x5xf32>
  // CHECK-DAG: %[[KEEP:.*]] = nn.compare ge %[[R]], %[[RATE]]
  // CHECK-DAG: %[[SCALE:.*]] = nn.constant dense<1.250000e+00> : tensor<3x5xf32>
  // CHECK-DAG: %[[Y:.*]] = nn.mul %[[X]], %[[SCALE]]
  // CHECK: nn.select %[[KEEP]], %[[Y]], %{{.*}} :
  %0 = nn.dropout %x, %seed, %step rate 0.2 stream 7 : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @one_hot
//  CHECK-SAME: (%[[I:.*]]: tensor<3xi64>)
func.func @one_hot(%i: tensor<3xi64>) -> tensor<3x5xf32> {
  // CHECK-DAG: %[[N:.*]] = nn.iota dim 1 : tensor<3x5xi64>
  // CHECK-DAG: %[[IS:.*]] = nn.broadcast %[[I]] dims [0] : tensor<3xi64> -> tensor<3x5xi64>
  // CHECK: %[[HIT:.*]] = nn.compare eq %[[N]], %[[IS]]
  // CHECK: %[[Y:.*]] = nn.cast %[[HIT]] : tensor<3x5xi1> -> tensor<3x5xf32>
  // CHECK: return %[[Y]]
  %0 = nn.one_hot %i : tensor<3xi64> -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// Everything else stays.
// CHECK-LABEL: func.func @others
func.func @others(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {
  // CHECK-NEXT: nn.gelu
  // CHECK-NEXT: return
  %0 = nn.gelu %x : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

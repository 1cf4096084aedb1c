// RUN: gradus-opt %s --nn-decompose | FileCheck %s

// CHECK-DAG: #[[WINDOW:.*]] = affine_map<(d0, d1, d2) -> (d0, d1 * 2 + d2 * 3)>
// CHECK-DAG: #[[OVERLAP:.*]] = affine_map<(d0, d1, d2) -> (d0, d1 - d2 * 3, d2)>

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

// The bounds of the maximum keep infinity minus infinity away.
// CHECK-LABEL: func.func @logsumexp
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf32>)
func.func @logsumexp(%x: tensor<2x3x5xf32>) -> tensor<3xf32> {
  // CHECK: %[[M:.*]] = nn.reduce max %[[X]] dims [0, 2]
  // CHECK: %[[LOWEST:.*]] = nn.constant dense<-3.40282347E+38> : tensor<3xf32>
  // CHECK: %[[AT_LEAST:.*]] = nn.maximum %[[M]], %[[LOWEST]]
  // CHECK: %[[LARGEST:.*]] = nn.constant dense<3.40282347E+38> : tensor<3xf32>
  // CHECK: %[[B:.*]] = nn.minimum %[[AT_LEAST]], %[[LARGEST]]
  // CHECK: %[[BS:.*]] = nn.broadcast %[[B]] dims [1]
  // CHECK: %[[S:.*]] = nn.sub %[[X]], %[[BS]]
  // CHECK: %[[E:.*]] = nn.exp %[[S]]
  // CHECK: %[[SUM:.*]] = nn.reduce sum %[[E]] dims [0, 2]
  // CHECK: %[[L:.*]] = nn.log %[[SUM]]
  // CHECK: %[[Y:.*]] = nn.add %[[B]], %[[L]]
  // CHECK: return %[[Y]]
  %0 = nn.logsumexp %x dims [0, 2] : tensor<2x3x5xf32>
  return %0 : tensor<3xf32>
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

// A concat of many operands becomes some of at most 16.
// CHECK-LABEL: func.func @wide_concat
//       CHECK: %[[FIRST:.*]] = nn.concat %arg0, {{.*}} %arg15 dim 1
//       CHECK: %[[SECOND:.*]] = nn.concat %arg16, {{.*}} %arg31 dim 1
//       CHECK: %[[THIRD:.*]] = nn.concat %arg32, %arg33, %arg34 dim 1
//       CHECK: nn.concat %[[FIRST]], %[[SECOND]], %[[THIRD]] dim 1 : tensor<3x136xf32>, tensor<3x392xf32>, tensor<3x102xf32>
func.func @wide_concat(%a0: tensor<3x1xf32>, %a1: tensor<3x2xf32>, %a2: tensor<3x3xf32>, %a3: tensor<3x4xf32>,
    %a4: tensor<3x5xf32>, %a5: tensor<3x6xf32>, %a6: tensor<3x7xf32>, %a7: tensor<3x8xf32>, %a8: tensor<3x9xf32>,
    %a9: tensor<3x10xf32>, %a10: tensor<3x11xf32>, %a11: tensor<3x12xf32>, %a12: tensor<3x13xf32>,
    %a13: tensor<3x14xf32>, %a14: tensor<3x15xf32>, %a15: tensor<3x16xf32>, %a16: tensor<3x17xf32>,
    %a17: tensor<3x18xf32>, %a18: tensor<3x19xf32>, %a19: tensor<3x20xf32>, %a20: tensor<3x21xf32>,
    %a21: tensor<3x22xf32>, %a22: tensor<3x23xf32>, %a23: tensor<3x24xf32>, %a24: tensor<3x25xf32>,
    %a25: tensor<3x26xf32>, %a26: tensor<3x27xf32>, %a27: tensor<3x28xf32>, %a28: tensor<3x29xf32>,
    %a29: tensor<3x30xf32>, %a30: tensor<3x31xf32>, %a31: tensor<3x32xf32>, %a32: tensor<3x33xf32>,
    %a33: tensor<3x34xf32>, %a34: tensor<3x35xf32>) -> tensor<3x630xf32> {
  %0 = nn.concat %a0, %a1, %a2, %a3, %a4, %a5, %a6, %a7, %a8, %a9, %a10, %a11, %a12, %a13, %a14, %a15, %a16, %a17,
      %a18, %a19, %a20, %a21, %a22, %a23, %a24, %a25, %a26, %a27, %a28, %a29, %a30, %a31, %a32, %a33,
      %a34 dim 1 : tensor<3x1xf32>, tensor<3x2xf32>, tensor<3x3xf32>, tensor<3x4xf32>, tensor<3x5xf32>,
      tensor<3x6xf32>, tensor<3x7xf32>, tensor<3x8xf32>, tensor<3x9xf32>, tensor<3x10xf32>, tensor<3x11xf32>,
      tensor<3x12xf32>, tensor<3x13xf32>, tensor<3x14xf32>, tensor<3x15xf32>, tensor<3x16xf32>, tensor<3x17xf32>,
      tensor<3x18xf32>, tensor<3x19xf32>, tensor<3x20xf32>, tensor<3x21xf32>, tensor<3x22xf32>, tensor<3x23xf32>,
      tensor<3x24xf32>, tensor<3x25xf32>, tensor<3x26xf32>, tensor<3x27xf32>, tensor<3x28xf32>, tensor<3x29xf32>,
      tensor<3x30xf32>, tensor<3x31xf32>, tensor<3x32xf32>, tensor<3x33xf32>, tensor<3x34xf32>, tensor<3x35xf32>
  return %0 : tensor<3x630xf32>
}

// CHECK-LABEL: func.func @window
//  CHECK-SAME: (%[[X:.*]]: tensor<4x9xf32>)
func.func @window(%x: tensor<4x9xf32>) -> tensor<4x3x2xf32> {
  // CHECK: %[[Y:.*]] = nn.affine_read %[[X]] through #[[WINDOW]] : tensor<4x9xf32> -> tensor<4x3x2xf32>
  // CHECK: return %[[Y]]
  %0 = nn.window %x dims [1] size [2] stride [2] dilation [3] at 2 : tensor<4x9xf32>
  return %0 : tensor<4x3x2xf32>
}

// The positions are spread out by the stride, behind as many zeros as a window reaches.
// CHECK-LABEL: func.func @sum_windows
//  CHECK-SAME: (%[[W:.*]]: tensor<4x3x2xf32>)
func.func @sum_windows(%w: tensor<4x3x2xf32>) -> tensor<4x9xf32> {
  // CHECK: %[[TERMS:.*]] = nn.affine_read %[[W]] through #[[OVERLAP]] every [1, 2, 1] else 0.000000e+00 : tensor<4x3x2xf32> -> tensor<4x9x2xf32>
  // CHECK: %[[Y:.*]] = nn.reduce sum %[[TERMS]] dims [2]
  // CHECK: return %[[Y]]
  %0 = nn.sum_windows %w dims [1] size [2] stride [2] dilation [3] at 2 : tensor<4x3x2xf32> -> tensor<4x9xf32>
  return %0 : tensor<4x9xf32>
}

// CHECK-LABEL: func.func @normalize
//  CHECK-SAME: (%[[X:.*]]: tensor<4x8xf32>)
func.func @normalize(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: %[[SUM:.*]] = nn.reduce sum %[[X]] dims [1]
  // CHECK: %[[EIGHTH:.*]] = nn.constant dense<1.250000e-01> : tensor<4xf32>
  // CHECK: %[[MEAN:.*]] = nn.mul %[[SUM]], %[[EIGHTH]]
  // CHECK: %[[MEANS:.*]] = nn.broadcast %[[MEAN]] dims [0]
  // CHECK: %[[C:.*]] = nn.sub %[[X]], %[[MEANS]]
  // CHECK: %[[SQUARE:.*]] = nn.mul %[[C]], %[[C]]
  // CHECK: %[[SQUARES:.*]] = nn.reduce sum %[[SQUARE]] dims [1]
  // CHECK: %[[VARIANCE:.*]] = nn.mul %[[SQUARES]], %{{.*}}
  // CHECK: %[[RAISED:.*]] = nn.add %[[VARIANCE]], %{{.*}}
  // CHECK: %[[SCALE:.*]] = nn.rsqrt %[[RAISED]]
  // CHECK: %[[SCALES:.*]] = nn.broadcast %[[SCALE]] dims [0]
  // CHECK: nn.mul %[[C]], %[[SCALES]]
  %0 = nn.normalize %x dims [1] epsilon 0.001 : tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

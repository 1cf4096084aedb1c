// RUN: gradus-opt %s | gradus-opt | FileCheck %s
// RUN: gradus-opt %s --mlir-print-op-generic | gradus-opt | FileCheck %s

// CHECK-LABEL: func.func @sources
func.func @sources(%seed: tensor<i64>, %step: tensor<i64>) {
  // CHECK: nn.constant dense<{{.*}}> : tensor<2xf32>
  // CHECK: nn.constant dense<true> : tensor<3x1xi1>
  // CHECK: nn.iota dim 1 : tensor<2x3xi32>
  // CHECK: nn.random_uniform %{{.*}}, %{{.*}} stream 3 : tensor<8x16xf32>
  %0 = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %1 = nn.constant dense<true> : tensor<3x1xi1>
  %2 = nn.iota dim 1 : tensor<2x3xi32>
  %3 = nn.random_uniform %seed, %step stream 3 : tensor<8x16xf32>
  return
}

// CHECK-LABEL: func.func @unary
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @unary(%x: tensor<3x5xf32>) {
  // CHECK: nn.neg %[[X]] : tensor<3x5xf32>
  // CHECK: nn.abs %[[X]] : tensor<3x5xf32>
  // CHECK: nn.exp %[[X]] : tensor<3x5xf32>
  // CHECK: nn.log %[[X]] : tensor<3x5xf32>
  // CHECK: nn.sqrt %[[X]] : tensor<3x5xf32>
  // CHECK: nn.rsqrt %[[X]] : tensor<3x5xf32>
  // CHECK: nn.sin %[[X]] : tensor<3x5xf32>
  // CHECK: nn.cos %[[X]] : tensor<3x5xf32>
  // CHECK: nn.erf %[[X]] : tensor<3x5xf32>
  // CHECK: nn.tanh %[[X]] : tensor<3x5xf32>
  // CHECK: nn.sigmoid %[[X]] : tensor<3x5xf32>
  // CHECK: nn.relu %[[X]] : tensor<3x5xf32>
  // CHECK: nn.silu %[[X]] : tensor<3x5xf32>
  // CHECK: nn.stop_gradient %[[X]] : tensor<3x5xf32>
  %0 = nn.neg %x : tensor<3x5xf32>
  %1 = nn.abs %x : tensor<3x5xf32>
  %2 = nn.exp %x : tensor<3x5xf32>
  %3 = nn.log %x : tensor<3x5xf32>
  %4 = nn.sqrt %x : tensor<3x5xf32>
  %5 = nn.rsqrt %x : tensor<3x5xf32>
  %6 = nn.sin %x : tensor<3x5xf32>
  %7 = nn.cos %x : tensor<3x5xf32>
  %8 = nn.erf %x : tensor<3x5xf32>
  %9 = nn.tanh %x : tensor<3x5xf32>
  %10 = nn.sigmoid %x : tensor<3x5xf32>
  %11 = nn.relu %x : tensor<3x5xf32>
  %12 = nn.silu %x : tensor<3x5xf32>
  %13 = nn.stop_gradient %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @unary_with_options
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @unary_with_options(%x: tensor<3x5xf32>) {
  // CHECK: nn.leaky_relu %[[X]] : tensor<3x5xf32>
  // CHECK: nn.leaky_relu %[[X]] {slope = 2.500000e-01 : f64} : tensor<3x5xf32>
  // CHECK: nn.gelu %[[X]] : tensor<3x5xf32>
  // CHECK: nn.gelu tanh %[[X]] : tensor<3x5xf32>
  %0 = nn.leaky_relu %x : tensor<3x5xf32>
  %1 = nn.leaky_relu %x {slope = 0.25 : f64} : tensor<3x5xf32>
  %2 = nn.gelu %x : tensor<3x5xf32>
  %3 = nn.gelu tanh %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @binary
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf64>, %[[R:.*]]: tensor<3x5xf64>)
func.func @binary(%l: tensor<3x5xf64>, %r: tensor<3x5xf64>) {
  // CHECK: nn.add %[[L]], %[[R]] : tensor<3x5xf64>
  // CHECK: nn.sub %[[L]], %[[R]] : tensor<3x5xf64>
  // CHECK: nn.mul %[[L]], %[[R]] : tensor<3x5xf64>
  // CHECK: nn.div %[[L]], %[[R]] : tensor<3x5xf64>
  // CHECK: nn.maximum %[[L]], %[[R]] : tensor<3x5xf64>
  // CHECK: nn.minimum %[[L]], %[[R]] : tensor<3x5xf64>
  // CHECK: nn.pow %[[L]], %[[R]] : tensor<3x5xf64>
  %0 = nn.add %l, %r : tensor<3x5xf64>
  %1 = nn.sub %l, %r : tensor<3x5xf64>
  %2 = nn.mul %l, %r : tensor<3x5xf64>
  %3 = nn.div %l, %r : tensor<3x5xf64>
  %4 = nn.maximum %l, %r : tensor<3x5xf64>
  %5 = nn.minimum %l, %r : tensor<3x5xf64>
  %6 = nn.pow %l, %r : tensor<3x5xf64>
  return
}

// CHECK-LABEL: func.func @conditions
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xi32>, %[[R:.*]]: tensor<3x5xi32>)
func.func @conditions(%l: tensor<3x5xi32>, %r: tensor<3x5xi32>) {
  // CHECK: %[[C:.*]] = nn.compare eq %[[L]], %[[R]] : tensor<3x5xi32> -> tensor<3x5xi1>
  // CHECK: nn.compare ne
  // CHECK: nn.compare lt
  // CHECK: nn.compare le
  // CHECK: nn.compare gt
  // CHECK: nn.compare ge
  // CHECK: nn.select %[[C]], %[[L]], %[[R]] : tensor<3x5xi1>, tensor<3x5xi32>
  // CHECK: nn.cast %[[C]] : tensor<3x5xi1> -> tensor<3x5xf32>
  %0 = nn.compare eq %l, %r : tensor<3x5xi32> -> tensor<3x5xi1>
  %1 = nn.compare ne %l, %r : tensor<3x5xi32> -> tensor<3x5xi1>
  %2 = nn.compare lt %l, %r : tensor<3x5xi32> -> tensor<3x5xi1>
  %3 = nn.compare le %l, %r : tensor<3x5xi32> -> tensor<3x5xi1>
  %4 = nn.compare gt %l, %r : tensor<3x5xi32> -> tensor<3x5xi1>
  %5 = nn.compare ge %l, %r : tensor<3x5xi32> -> tensor<3x5xi1>
  %6 = nn.select %0, %l, %r : tensor<3x5xi1>, tensor<3x5xi32>
  %7 = nn.cast %0 : tensor<3x5xi1> -> tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @windows
//  CHECK-SAME: (%[[X:.*]]: tensor<4x9x3xf32>, %[[W:.*]]: tensor<5x3x3xf32>, %[[M:.*]]: tensor<9x5xf32>)
func.func @windows(%x: tensor<4x9x3xf32>, %w: tensor<5x3x3xf32>, %m: tensor<9x5xf32>) {
  // CHECK: nn.conv %[[X]], %[[W]] stride [1] dilation [2] : tensor<4x9x3xf32>, tensor<5x3x3xf32>
  // CHECK: nn.conv %[[X]], %[[W]] stride [2] dilation [1] precision bf16 : tensor<4x9x3xf32>, tensor<5x3x3xf32>
  // CHECK: nn.contract %[[X]], %[[M]] rows [4, 7] terms [3, 3] through #{{.*}} : tensor<4x9x3xf32>, tensor<9x5xf32>
  %0 = nn.conv %x, %w stride [1] dilation [2] : tensor<4x9x3xf32>, tensor<5x3x3xf32>
  %1 = nn.conv %x, %w stride [2] dilation [1] precision bf16 : tensor<4x9x3xf32>, tensor<5x3x3xf32>
  %2 = nn.contract %x, %m rows [4, 7] terms [3, 3] through affine_map<(b, o, k, i) -> (b, o + k, i)> : tensor<4x9x3xf32>, tensor<9x5xf32>
  return
}

// CHECK-LABEL: func.func @movement
//  CHECK-SAME: (%[[X:.*]]: tensor<5x7xf32>, %[[B:.*]]: tensor<7xf32>, %[[I:.*]]: tensor<4xi64>)
func.func @movement(%x: tensor<5x7xf32>, %b: tensor<7xf32>, %i: tensor<4xi64>) -> tensor<7x5xf32> {
  // CHECK: nn.broadcast %[[B]] dims [1] : tensor<7xf32> -> tensor<5x7xf32>
  // CHECK: nn.reshape %[[X]] : tensor<5x7xf32> -> tensor<35xf32>
  // CHECK: %[[T:.*]] = nn.transpose %[[X]] perm [1, 0] : tensor<5x7xf32>
  // CHECK: nn.slice %[[X]] from [1, 0] to [4, 7] by [1, 2] : tensor<5x7xf32>
  // CHECK: nn.pad %[[X]] low [1, 0] by [1, 2] size [6, 14] : tensor<5x7xf32>
  // CHECK: nn.pad %[[X]] low [0, 0] by [1, 1] size [5, 8] value -1.000000e+00 : tensor<5x7xf32>
  // CHECK: %[[W:.*]] = nn.window %[[X]] dims [1] size [3] stride [2] dilation [1] at 2 : tensor<5x7xf32>
  // CHECK: nn.sum_windows %[[W]] dims [1] size [3] stride [2] dilation [1] at 2 : tensor<5x3x3xf32> -> tensor<5x7xf32>
  // CHECK: nn.affine_read %[[X]] through #{{.*}} : tensor<5x7xf32> -> tensor<5x3x3xf32>
  // CHECK: nn.affine_read %[[X]] through #{{.*}} every [1, 2] else 1.500000e+00 : tensor<5x7xf32> -> tensor<5x15xf32>
  // CHECK: nn.normalize %[[X]] dims [1] epsilon 1.000000e-05 : tensor<5x7xf32>
  // CHECK: nn.normalize %[[X]] dims [0, 1] epsilon 0.000000e+00 uncentered : tensor<5x7xf32>
  // CHECK: nn.concat %[[X]], %[[X]], %[[X]] dim 0 : tensor<5x7xf32>, tensor<5x7xf32>, tensor<5x7xf32>
  // CHECK: %[[G:.*]] = nn.gather %[[X]][%[[I]]] : tensor<5x7xf32>, tensor<4xi64>
  // CHECK: nn.scatter_add %[[G]] at %[[I]] : tensor<4x7xf32>, tensor<4xi64> -> tensor<9x7xf32>
  // CHECK: nn.one_hot %[[I]] : tensor<4xi64> -> tensor<4x5xf32>
  // CHECK: return %[[T]] : tensor<7x5xf32>
  %0 = nn.broadcast %b dims [1] : tensor<7xf32> -> tensor<5x7xf32>
  %1 = nn.reshape %x : tensor<5x7xf32> -> tensor<35xf32>
  %2 = nn.transpose %x perm [1, 0] : tensor<5x7xf32>
  %3 = nn.slice %x from [1, 0] to [4, 7] by [1, 2] : tensor<5x7xf32>
  %4 = nn.pad %x low [1, 0] by [1, 2] size [6, 14] : tensor<5x7xf32>
  %p = nn.pad %x low [0, 0] by [1, 1] size [5, 8] value -1.0 : tensor<5x7xf32>
  %w = nn.window %x dims [1] size [3] stride [2] dilation [1] at 2 : tensor<5x7xf32>
  %sw = nn.sum_windows %w dims [1] size [3] stride [2] dilation [1] at 2 : tensor<5x3x3xf32> -> tensor<5x7xf32>
  %a = nn.affine_read %x through affine_map<(i, o, k) -> (i, o * 2 + k)> : tensor<5x7xf32> -> tensor<5x3x3xf32>
  %ae = nn.affine_read %x through affine_map<(i, j) -> (i, j - 1)> every [1, 2] else 1.5 : tensor<5x7xf32> -> tensor<5x15xf32>
  %n = nn.normalize %x dims [1] epsilon 1.0e-5 : tensor<5x7xf32>
  %rms = nn.normalize %x dims [0, 1] epsilon 0.0 uncentered : tensor<5x7xf32>
  %5 = nn.concat %x, %x, %x dim 0 : tensor<5x7xf32>, tensor<5x7xf32>, tensor<5x7xf32>
  %6 = nn.gather %x[%i] : tensor<5x7xf32>, tensor<4xi64>
  %7 = nn.scatter_add %6 at %i : tensor<4x7xf32>, tensor<4xi64> -> tensor<9x7xf32>
  %8 = nn.one_hot %i : tensor<4xi64> -> tensor<4x5xf32>
  return %2 : tensor<7x5xf32>
}

// CHECK-LABEL: func.func @contractions
//  CHECK-SAME: (%[[X:.*]]: tensor<64x784xf32>, %[[W:.*]]: tensor<16x784xf32>, %[[B:.*]]: tensor<2x3x5xf64>)
func.func @contractions(%x: tensor<64x784xf32>, %w: tensor<16x784xf32>, %b: tensor<2x3x5xf64>) -> tensor<64x16xf32> {
  // CHECK: %[[Y:.*]] = nn.matmul %[[X]], %[[W]] transpose_rhs : tensor<64x784xf32>, tensor<16x784xf32>
  // CHECK: nn.matmul %[[B]], %[[B]] transpose_lhs : tensor<2x3x5xf64>, tensor<2x3x5xf64>
  // CHECK: nn.matmul %[[W]], %{{.*}} transpose_lhs transpose_rhs :
  // CHECK: nn.matmul %[[X]], %[[W]] transpose_rhs precision tf32 :
  // CHECK: %[[N:.*]] = nn.cast %[[X]] : tensor<64x784xf32> -> tensor<64x784xbf16>
  // CHECK: nn.matmul %[[N]], %[[N]] transpose_rhs : tensor<64x784xbf16>, tensor<64x784xbf16>
  // CHECK: nn.reduce sum %[[B]] dims [0, 2] : tensor<2x3x5xf64>
  // CHECK: nn.reduce max %[[B]] dims [] : tensor<2x3x5xf64>
  // CHECK: nn.reduce min %[[B]] dims [0, 1, 2] : tensor<2x3x5xf64>
  // CHECK: nn.argmax %[[X]] dim 1 : tensor<64x784xf32> -> tensor<64xi32>
  // CHECK: return %[[Y]]
  %0 = nn.matmul %x, %w transpose_rhs : tensor<64x784xf32>, tensor<16x784xf32>
  %1 = nn.matmul %b, %b transpose_lhs : tensor<2x3x5xf64>, tensor<2x3x5xf64>
  %2 = nn.constant dense<0.0> : tensor<3x16xf32>
  %3 = nn.matmul %w, %2 transpose_lhs transpose_rhs : tensor<16x784xf32>, tensor<3x16xf32>
  %p = nn.matmul %x, %w transpose_rhs precision tf32 : tensor<64x784xf32>, tensor<16x784xf32>
  %narrow = nn.cast %x : tensor<64x784xf32> -> tensor<64x784xbf16>
  %wide = nn.matmul %narrow, %narrow transpose_rhs : tensor<64x784xbf16>, tensor<64x784xbf16>
  %sum = nn.add %wide, %wide : tensor<64x64xf32>
  %4 = nn.reduce sum %b dims [0, 2] : tensor<2x3x5xf64>
  %5 = nn.reduce max %b dims [] : tensor<2x3x5xf64>
  %6 = nn.reduce min %b dims [0, 1, 2] : tensor<2x3x5xf64>
  %7 = nn.argmax %x dim 1 : tensor<64x784xf32> -> tensor<64xi32>
  return %0 : tensor<64x16xf32>
}

// CHECK-LABEL: func.func @composites
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>, %[[L:.*]]: tensor<3xi32>, %[[S:.*]]: tensor<i64>, %[[N:.*]]: tensor<i64>)
func.func @composites(%x: tensor<3x5xf32>, %l: tensor<3xi32>, %s: tensor<i64>, %n: tensor<i64>) -> tensor<3xf32> {
  // CHECK: nn.softmax %[[X]] dim 1 : tensor<3x5xf32>
  // CHECK: nn.log_softmax %[[X]] dim 0 : tensor<3x5xf32>
  // CHECK: %[[Y:.*]] = nn.softmax_cross_entropy %[[X]], %[[L]] : tensor<3x5xf32>, tensor<3xi32>
  // CHECK: nn.dropout %[[X]], %[[S]], %[[N]] rate 2.500000e-01 stream 7 : tensor<3x5xf32>
  // CHECK: return %[[Y]] : tensor<3xf32>
  %0 = nn.softmax %x dim 1 : tensor<3x5xf32>
  %1 = nn.log_softmax %x dim 0 : tensor<3x5xf32>
  %2 = nn.softmax_cross_entropy %x, %l : tensor<3x5xf32>, tensor<3xi32>
  %3 = nn.dropout %x, %s, %n rate 0.25 stream 7 : tensor<3x5xf32>
  return %2 : tensor<3xf32>
}

// CHECK-LABEL: func.func @logsumexp
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @logsumexp(%x: tensor<3x5xf32>) {
  // CHECK: nn.logsumexp %[[X]] dims [1] : tensor<3x5xf32>
  // CHECK: nn.logsumexp %[[X]] dims [] : tensor<3x5xf32>
  // CHECK: nn.logsumexp %[[X]] dims [0, 1] : tensor<3x5xf32>
  %0 = nn.logsumexp %x dims [1] : tensor<3x5xf32>
  %1 = nn.logsumexp %x dims [] : tensor<3x5xf32>
  %2 = nn.logsumexp %x dims [0, 1] : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @softplus
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @softplus(%x: tensor<3x5xf32>) {
  // CHECK: nn.softplus %[[X]] : tensor<3x5xf32>
  %0 = nn.softplus %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @elu
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @elu(%x: tensor<3x5xf32>) {
  // CHECK: nn.elu %[[X]] : tensor<3x5xf32>
  // CHECK: nn.elu %[[X]] {alpha = 2.500000e-01 : f64} : tensor<3x5xf32>
  %0 = nn.elu %x : tensor<3x5xf32>
  %1 = nn.elu %x {alpha = 0.25 : f64} : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @expm1
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @expm1(%x: tensor<3x5xf32>) {
  // CHECK: nn.expm1 %[[X]] : tensor<3x5xf32>
  %0 = nn.expm1 %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @log1p
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @log1p(%x: tensor<3x5xf32>) {
  // CHECK: nn.log1p %[[X]] : tensor<3x5xf32>
  %0 = nn.log1p %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @floor
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @floor(%x: tensor<3x5xf32>) {
  // CHECK: nn.floor %[[X]] : tensor<3x5xf32>
  %0 = nn.floor %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @round
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @round(%x: tensor<3x5xf32>) {
  // CHECK: nn.round %[[X]] : tensor<3x5xf32>
  %0 = nn.round %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @sign
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @sign(%x: tensor<3x5xf32>) {
  // CHECK: nn.sign %[[X]] : tensor<3x5xf32>
  %0 = nn.sign %x : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @clamp
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @clamp(%x: tensor<3x5xf32>) {
  // CHECK: nn.clamp %[[X]] from -1.500000e+00 to 6.000000e+00 : tensor<3x5xf32>
  %0 = nn.clamp %x from -1.5 to 6.0 : tensor<3x5xf32>
  return
}

// CHECK-LABEL: func.func @reverse
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @reverse(%x: tensor<3x5xf32>) {
  // CHECK: nn.reverse %[[X]] dims [0, 1] : tensor<3x5xf32>
  %0 = nn.reverse %x dims [0, 1] : tensor<3x5xf32>
  return
}

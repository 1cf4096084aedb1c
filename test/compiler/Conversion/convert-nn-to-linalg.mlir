// RUN: gradus-opt %s --convert-nn-to-linalg | FileCheck %s

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[SWAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>

// CHECK-LABEL: func.func @elementwise
//  CHECK-SAME: (%[[L:.*]]: tensor<3x5xf32>, %[[R:.*]]: tensor<3x5xf32>)
func.func @elementwise(%l: tensor<3x5xf32>, %r: tensor<3x5xf32>) -> tensor<3x5xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[ID]], #[[ID]], #[[ID]]], iterator_types = ["parallel", "parallel"]} ins(%[[L]], %[[R]]
  // CHECK: arith.addf
  %0 = nn.add %l, %r : tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @condition
func.func @condition(%l: tensor<5xf32>, %r: tensor<5xf32>) -> tensor<5xf32> {
  // With a NaN only `ne` holds.
  // CHECK: arith.cmpf une
  // CHECK: linalg.yield {{.*}} : i1
  // CHECK: arith.select
  %0 = nn.compare ne %l, %r : tensor<5xf32> -> tensor<5xi1>
  %1 = nn.select %0, %l, %r : tensor<5xi1>, tensor<5xf32>
  return %1 : tensor<5xf32>
}

// CHECK-LABEL: func.func @broadcast
func.func @broadcast(%x: tensor<5xf32>) -> tensor<3x5xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[COLUMN]], #[[ID]]]
  // CHECK: linalg.yield %in
  %0 = nn.broadcast %x dims [1] : tensor<5xf32> -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @transpose
func.func @transpose(%x: tensor<3x5xf32>) -> tensor<5x3xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[SWAP]], #[[ID]]]
  %0 = nn.transpose %x perm [1, 0] : tensor<3x5xf32>
  return %0 : tensor<5x3xf32>
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%l: tensor<3x5xf32>, %r: tensor<7x5xf32>) -> tensor<3x7xf32> {
  // CHECK: %[[Z:.*]] = linalg.fill
  // CHECK: linalg.generic {indexing_maps = [#[[MK]], #[[NK]], #[[MN]]], iterator_types = ["parallel", "parallel", "reduction"]}
  // CHECK-SAME: outs(%[[Z]]
  // CHECK: arith.mulf
  // CHECK: arith.addf
  %0 = nn.matmul %l, %r transpose_rhs : tensor<3x5xf32>, tensor<7x5xf32>
  return %0 : tensor<3x7xf32>
}

// What a target may round is an attribute; what has been rounded, a type.
// CHECK-LABEL: func.func @matmul_tf32
func.func @matmul_tf32(%l: tensor<3x5xf32>, %r: tensor<7x5xf32>) -> tensor<3x7xf32> {
  // CHECK: linalg.generic {{.*}} attrs = {nn.precision = 1 : i32}
  %0 = nn.matmul %l, %r transpose_rhs precision tf32 : tensor<3x5xf32>, tensor<7x5xf32>
  return %0 : tensor<3x7xf32>
}

// CHECK-LABEL: func.func @matmul_bf16
func.func @matmul_bf16(%l: tensor<3x5xbf16>, %r: tensor<7x5xbf16>) -> tensor<3x7xf32> {
  // CHECK: ins(%{{.*}} : tensor<3x5xbf16>, tensor<7x5xbf16>)
  // CHECK-NOT: nn.precision
  // CHECK: %[[L:.*]] = arith.extf %{{.*}} : bf16 to f32
  // CHECK: %[[R:.*]] = arith.extf %{{.*}} : bf16 to f32
  // CHECK: arith.mulf %[[L]], %[[R]] : f32
  %0 = nn.matmul %l, %r transpose_rhs : tensor<3x5xbf16>, tensor<7x5xbf16>
  return %0 : tensor<3x7xf32>
}

// CHECK-LABEL: func.func @reduce_sum
func.func @reduce_sum(%x: tensor<3x5xf32>) -> tensor<3xf32> {
  // CHECK: arith.constant 0.000000e+00 : f32
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
  // CHECK: arith.addf
  %0 = nn.reduce sum %x dims [1] : tensor<3x5xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @reduce_max_integers
func.func @reduce_max_integers(%x: tensor<3x5xi32>) -> tensor<5xi32> {
  // CHECK: arith.constant -2147483648 : i32
  // CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]
  // CHECK: arith.maxsi
  %0 = nn.reduce max %x dims [0] : tensor<3x5xi32>
  return %0 : tensor<5xi32>
}

// A NaN is kept: maximumf, not maxnumf.
// CHECK-LABEL: func.func @reduce_min
func.func @reduce_min(%x: tensor<3x5xf32>) -> tensor<3xf32> {
  // CHECK: arith.constant 0x7F800000 : f32
  // CHECK: arith.minimumf
  %0 = nn.reduce min %x dims [1] : tensor<3x5xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @argmax
func.func @argmax(%x: tensor<3x5xf32>) -> tensor<3xi32> {
  // The first of several: strictly greater.
  // CHECK: %[[Y:.*]]:2 = linalg.generic
  // CHECK: arith.cmpf ogt
  // CHECK: linalg.index 1
  // CHECK: return %[[Y]]#1
  %0 = nn.argmax %x dim 1 : tensor<3x5xf32> -> tensor<3xi32>
  return %0 : tensor<3xi32>
}

// CHECK-LABEL: func.func @gather
//  CHECK-SAME: (%[[T:.*]]: tensor<3x5xf32>, %[[I:.*]]: tensor<4xi32>)
func.func @gather(%t: tensor<3x5xf32>, %i: tensor<4xi32>) -> tensor<4x5xf32> {
  // CHECK: %[[ROW:.*]] = tensor.extract %[[I]]
  // CHECK: arith.maxsi
  // CHECK: %[[IN:.*]] = arith.minsi
  // CHECK: tensor.extract %[[T]][%[[IN]],
  %0 = nn.gather %t[%i] : tensor<3x5xf32>, tensor<4xi32>
  return %0 : tensor<4x5xf32>
}

// Rows are parallel, updates are not: the order of the sum is fixed.
// CHECK-LABEL: func.func @scatter_add
func.func @scatter_add(%u: tensor<4x5xf32>, %i: tensor<4xi32>) -> tensor<3x5xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]
  // CHECK: arith.cmpi eq
  // CHECK: arith.select
  %0 = nn.scatter_add %u at %i : tensor<4x5xf32>, tensor<4xi32> -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @slice
func.func @slice(%x: tensor<3x5xf32>) -> tensor<3x2xf32> {
  // CHECK: linalg.generic
  // CHECK: tensor.extract
  %0 = nn.slice %x from [0, 1] to [3, 5] by [1, 2] : tensor<3x5xf32>
  return %0 : tensor<3x2xf32>
}

// CHECK-LABEL: func.func @pad
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @pad(%x: tensor<2x3xf32>) -> tensor<3x9xf32> {
  // CHECK: %[[Z:.*]] = linalg.fill
  // CHECK: tensor.insert_slice %[[X]] into %[[Z]][0, 1] [2, 3] [2, 3]
  %0 = nn.pad %x low [0, 1] by [2, 3] size [3, 9] : tensor<2x3xf32>
  return %0 : tensor<3x9xf32>
}

// CHECK-LABEL: func.func @concat
//  CHECK-SAME: (%[[A:.*]]: tensor<3x1xf32>, %[[B:.*]]: tensor<3x4xf32>)
func.func @concat(%a: tensor<3x1xf32>, %b: tensor<3x4xf32>) -> tensor<3x5xf32> {
  // CHECK: %[[E:.*]] = tensor.empty
  // CHECK: %[[P:.*]] = tensor.insert_slice %[[A]] into %[[E]][0, 0] [3, 1] [1, 1]
  // CHECK: tensor.insert_slice %[[B]] into %[[P]][0, 1] [3, 4] [1, 1]
  %0 = nn.concat %a, %b dim 1 : tensor<3x1xf32>, tensor<3x4xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func.func @sources
//  CHECK-SAME: (%[[SEED:.*]]: tensor<i64>, %[[STEP:.*]]: tensor<i64>)
func.func @sources(%seed: tensor<i64>, %step: tensor<i64>) -> (tensor<2x3xi32>, tensor<2x3xf32>, tensor<2xf32>) {
  // CHECK: %[[I:.*]] = linalg.generic
  // CHECK: linalg.index 1
  // CHECK: arith.index_cast
  // CHECK: linalg.generic {{.*}} ins(%[[SEED]], %[[STEP]]
  // Ten rounds of two products.
  // CHECK-COUNT-20: arith.mului_extended
  // CHECK-NOT: arith.mului_extended
  // CHECK: arith.uitofp
  // CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00]>
  %0 = nn.iota dim 1 : tensor<2x3xi32>
  %1 = nn.random_uniform %seed, %step stream 3 : tensor<2x3xf32>
  %2 = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  return %0, %1, %2 : tensor<2x3xi32>, tensor<2x3xf32>, tensor<2xf32>
}

// A reshape is another name for a place, and stays.
// CHECK-LABEL: func.func @reshape
func.func @reshape(%x: tensor<3x5xf32>) -> tensor<15xf32> {
  // CHECK: nn.reshape
  %0 = nn.reshape %x : tensor<3x5xf32> -> tensor<15xf32>
  return %0 : tensor<15xf32>
}

// RUN: gradus-opt %s --rt-form-kernels | FileCheck %s

#flip = affine_map<(i, j) -> (i, 8 - j)>
#rows = affine_map<(i, j, k) -> (i, j + k)>

// What is read at other indices is computed there, if nothing else needs it.
// CHECK-LABEL: rt.kernel @{{.*}}(%{{.*}}: tensor<4x9xf32>) -> tensor<4x9xf32> kind elementwise
//  CHECK-SAME: fused with neg: computed where it is read
//       CHECK: nn.neg
//       CHECK: nn.affine_read
//       CHECK: nn.mul
// CHECK-LABEL: func.func @flipped
func.func @flipped(%x: tensor<4x9xf32>) -> tensor<4x9xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.neg %x : tensor<4x9xf32>
  %1 = nn.affine_read %0 through #flip : tensor<4x9xf32> -> tensor<4x9xf32>
  %2 = nn.mul %1, %1 : tensor<4x9xf32>
  return %2 : tensor<4x9xf32>
}

// Twelve windows of exp cost more than storing it once.
// CHECK-LABEL: rt.kernel @{{.*}}(%{{.*}}: tensor<4x30xf32>) -> tensor<4x30xf32> kind elementwise
//       CHECK: nn.exp
// CHECK-LABEL: rt.kernel @{{.*}}(%{{.*}}: tensor<4x30xf32>) -> tensor<4x19xf32> kind row
//  CHECK-SAME: not fused with exp: its elements are read too often to compute them each time
// CHECK-LABEL: func.func @expensive
func.func @expensive(%x: tensor<4x30xf32>) -> tensor<4x19xf32> attributes {train.entry = #train.entry<predict>} {
  %0 = nn.exp %x : tensor<4x30xf32>
  %1 = nn.affine_read %0 through #rows : tensor<4x30xf32> -> tensor<4x19x12xf32>
  %2 = nn.reduce sum %1 dims [2] : tensor<4x19x12xf32>
  return %2 : tensor<4x19xf32>
}

// Another reader needs it in memory.
// CHECK-LABEL: func.func @shared
// CHECK-COUNT-2: rt.launch
func.func @shared(%x: tensor<4x9xf32>) -> (tensor<4x9xf32>, tensor<4x9xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = nn.neg %x : tensor<4x9xf32>
  %1 = nn.affine_read %0 through #flip : tensor<4x9xf32> -> tensor<4x9xf32>
  %2 = nn.mul %1, %1 : tensor<4x9xf32>
  return %2, %0 : tensor<4x9xf32>, tensor<4x9xf32>
}

// A variable that is also read at other indices is not overwritten while the others are still to be computed.
train.parameter @w : tensor<9xf32> init #train.constant_init<value = 0.000000e+00>
// CHECK-LABEL: func.func @train
// CHECK-COUNT-2: rt.launch
//       CHECK: train.write @w
func.func @train() attributes {train.entry = #train.entry<train>} {
  %0 = train.read @w : tensor<9xf32>
  %1 = nn.affine_read %0 through affine_map<(i) -> (8 - i)> : tensor<9xf32> -> tensor<9xf32>
  %2 = nn.add %0, %1 : tensor<9xf32>
  train.write @w, %2 : tensor<9xf32>
  return
}

// So does another kernel that reads it through the op that is in memory as well: it computes that op itself.
// CHECK-LABEL: rt.kernel @{{.*}}(%{{.*}}: tensor<4x9xf32>) -> tensor<4x9xf32> kind elementwise
//       CHECK: nn.neg
//  CHECK-NEXT: rt.yield
// CHECK-LABEL: func.func @read_through
// CHECK-COUNT-4: rt.launch
func.func @read_through(%x: tensor<4x9xf32>, %w: tensor<9x3xf32>) -> (tensor<4x3xf32>, tensor<4x7xf32>) attributes {train.entry = #train.entry<predict>} {
  %0 = nn.neg %x : tensor<4x9xf32>
  %1 = nn.affine_read %0 through #flip : tensor<4x9xf32> -> tensor<4x9xf32>
  %2 = nn.matmul %1, %w : tensor<4x9xf32>, tensor<9x3xf32>
  %3 = nn.affine_read %1 through #rows : tensor<4x9xf32> -> tensor<4x7x3xf32>
  %4 = nn.reduce max %3 dims [2] : tensor<4x7x3xf32>
  return %2, %4 : tensor<4x3xf32>, tensor<4x7xf32>
}

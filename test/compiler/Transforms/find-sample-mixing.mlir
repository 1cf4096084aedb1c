// RUN: gradus-opt %s -split-input-file --train-find-sample-mixing | FileCheck %s

// Each sample on its own, through whatever moves it.
// CHECK-LABEL: func.func @predict
//   CHECK-NOT: train.mixes_samples
//       CHECK: return
func.func @predict(%x: tensor<4x2x3xf32>, %ids: tensor<4x5xi32>)
    -> (tensor<4x2x5xf32>, tensor<4x3xf32>, tensor<4xi32>, tensor<4x2x2xf32>, tensor<4x5x7xf32>)
    attributes {train.entry = #train.entry<predict>} {
  // Dense on rows: samples are shares of a longer dimension for a while.
  %w = nn.constant dense<0.5> : tensor<5x3xf32>
  %rows = nn.reshape %x : tensor<4x2x3xf32> -> tensor<8x3xf32>
  %m = nn.matmul %rows, %w transpose_rhs : tensor<8x3xf32>, tensor<5x3xf32>
  %a = nn.reshape %m : tensor<8x5xf32> -> tensor<4x2x5xf32>
  %sum = nn.reduce sum %x dims [1] : tensor<4x2x3xf32>
  %s = nn.softmax %sum dim 1 : tensor<4x3xf32>
  %c = nn.argmax %s dim 1 : tensor<4x3xf32> -> tensor<4xi32>
  // To the back and forth again, each sample with its own matrix.
  %t = nn.transpose %x perm [1, 2, 0] : tensor<4x2x3xf32>
  %u = nn.transpose %t perm [2, 0, 1] : tensor<2x3x4xf32>
  %own = nn.matmul %u, %x transpose_rhs : tensor<4x2x3xf32>, tensor<4x2x3xf32>
  %table = nn.constant dense<1.5> : tensor<9x7xf32>
  %e = nn.gather %table[%ids] : tensor<9x7xf32>, tensor<4x5xi32>
  %norm = nn.normalize %s dims [1] epsilon 0.1 : tensor<4x3xf32>
  return %a, %norm, %c, %own, %e : tensor<4x2x5xf32>, tensor<4x3xf32>, tensor<4xi32>, tensor<4x2x2xf32>, tensor<4x5x7xf32>
}

// -----

// CHECK: func.func @eval
// CHECK-SAME: train.mixes_samples = "'mean' (m.txtpb:5:1)"
func.func @eval(%x: tensor<4x2xf32>) -> tensor<4x2xf32> attributes {train.entry = #train.entry<eval>} {
  %m = nn.reduce sum %x dims [0] : tensor<4x2xf32> loc(#mean)
  %b = nn.broadcast %m dims [1] : tensor<2xf32> -> tensor<4x2xf32>
  %y = nn.sub %x, %b : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
#file = loc("m.txtpb":5:1)
#mean = loc("mean"(#file))

// -----

// Softmax over the samples.
// CHECK: func.func @predict{{.*}} train.mixes_samples
func.func @predict(%x: tensor<4x2xf32>) -> tensor<4x2xf32> attributes {train.entry = #train.entry<predict>} {
  %y = nn.softmax %x dim 0 : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

// Products of samples with one another.
// CHECK: func.func @predict{{.*}} train.mixes_samples
func.func @predict(%x: tensor<4x2xf32>) -> tensor<4x4xf32> attributes {train.entry = #train.entry<predict>} {
  %y = nn.matmul %x, %x transpose_rhs : tensor<4x2xf32>, tensor<4x2xf32>
  return %y : tensor<4x4xf32>
}

// -----

// Added up across samples that were moved to another dimension.
// CHECK: func.func @predict{{.*}} train.mixes_samples
func.func @predict(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {train.entry = #train.entry<predict>} {
  %t = nn.transpose %x perm [1, 0] : tensor<4x4xf32>
  %y = nn.add %x, %t : tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// -----

// A sample picks rows of others.
// CHECK: func.func @predict{{.*}} train.mixes_samples
func.func @predict(%x: tensor<4x2xf32>, %i: tensor<4xi32>) -> tensor<4x2xf32> attributes {train.entry = #train.entry<predict>} {
  %y = nn.gather %x[%i] : tensor<4x2xf32>, tensor<4xi32>
  return %y : tensor<4x2xf32>
}

// -----

// A step of training has whole batches.
// CHECK-LABEL: func.func @train
//   CHECK-NOT: train.mixes_samples
//       CHECK: return
func.func @train(%x: tensor<4xf32>) -> tensor<f32> attributes {train.entry = #train.entry<train>} {
  %y = nn.reduce sum %x dims [0] : tensor<4xf32>
  return %y : tensor<f32>
}

// -----

// A scalar is the same for all samples.
// CHECK-LABEL: func.func @predict
//   CHECK-NOT: train.mixes_samples
//       CHECK: return
func.func @predict(%x: tensor<4x2xf32>, %s: tensor<f32>) -> tensor<4x2xf32> attributes {train.entry = #train.entry<predict>} {
  %b = nn.broadcast %s dims [] : tensor<f32> -> tensor<4x2xf32>
  %y = nn.add %x, %b : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

// CHECK: func.func @eval
// CHECK-SAME: train.mixes_samples = "'norm' (m.txtpb:5:1)"
func.func @eval(%x: tensor<4x2xf32>) -> tensor<4x2xf32> attributes {train.entry = #train.entry<eval>} {
  %y = nn.normalize %x dims [0] epsilon 0.1 : tensor<4x2xf32> loc(#norm)
  return %y : tensor<4x2xf32>
}
#file = loc("m.txtpb":5:1)
#norm = loc("norm"(#file))

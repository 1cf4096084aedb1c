// RUN: gradus-opt %s --train-infer-index-ranges | FileCheck %s

// Each op that indexes, the smallest bound of several, and through what only moves elements.
// CHECK-LABEL: func.func @train
//  CHECK-SAME: tensor<3xi32> {train.indices = 5 : i64, train.name = "labels"}
//  CHECK-SAME: tensor<2x3xi64> {train.indices = 7 : i64, train.name = "tokens"}
//  CHECK-SAME: tensor<3xi32> {train.indices = 4 : i64, train.name = "both"}
//  CHECK-SAME: tensor<3xi32> {train.name = "numbers"}
//  CHECK-SAME: tensor<7x2xf32> {train.name = "table"}
func.func @train(%labels: tensor<3xi32> {train.name = "labels"}, %tokens: tensor<2x3xi64> {train.name = "tokens"},
                 %both: tensor<3xi32> {train.name = "both"}, %numbers: tensor<3xi32> {train.name = "numbers"},
                 %table: tensor<7x2xf32> {train.name = "table"}, %logits: tensor<3x5xf32> {train.name = "logits"})
    -> (tensor<3xf32> {train.name = "a"}, tensor<6x2xf32> {train.name = "b"}, tensor<3x9xf32> {train.name = "c"},
        tensor<4x5xf32> {train.name = "d"}, tensor<3x9xf32> {train.name = "e"})
    attributes {train.entry = #train.entry<train>} {
  %a = nn.softmax_cross_entropy %logits, %labels : tensor<3x5xf32>, tensor<3xi32>
  %t = nn.transpose %tokens perm [1, 0] : tensor<2x3xi64>
  %r = nn.reshape %t : tensor<3x2xi64> -> tensor<6xi64>
  %i = nn.cast %r : tensor<6xi64> -> tensor<6xi32>
  %b = nn.gather %table[%i] : tensor<7x2xf32>, tensor<6xi32>
  %c = nn.one_hot %both : tensor<3xi32> -> tensor<3x9xf32>
  %d = nn.scatter_add %logits at %both : tensor<3x5xf32>, tensor<3xi32> -> tensor<4x5xf32>
  // Computed indices are the model's own affair.
  %s = nn.add %numbers, %numbers : tensor<3xi32>
  %e = nn.one_hot %s : tensor<3xi32> -> tensor<3x9xf32>
  return %a, %b, %c, %d, %e : tensor<3xf32>, tensor<6x2xf32>, tensor<3x9xf32>, tensor<4x5xf32>, tensor<3x9xf32>
}

// Only entry points have inputs.
// CHECK-LABEL: func.func @helper
//   CHECK-NOT: train.indices
func.func @helper(%labels: tensor<3xi32>) -> tensor<3x9xf32> {
  %c = nn.one_hot %labels : tensor<3xi32> -> tensor<3x9xf32>
  return %c : tensor<3x9xf32>
}

// RUN: gradus-opt %s -canonicalize | FileCheck %s
// RUN: gradus-opt %s --nn-simplify | FileCheck %s

// CHECK-LABEL: func.func @neg_of_neg
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @neg_of_neg(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.neg %x : tensor<3xf32>
  %1 = nn.neg %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// CHECK-LABEL: func.func @relu_of_relu
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @relu_of_relu(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: %[[R:.*]] = nn.relu %[[X]]
  // CHECK-NEXT: return %[[R]]
  %0 = nn.relu %x : tensor<3xf32>
  %1 = nn.relu %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// CHECK-LABEL: func.func @neutral_elements
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @neutral_elements(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: return %[[X]]
  %zero = nn.constant dense<0.0> : tensor<3xf32>
  %one = nn.constant dense<1.0> : tensor<3xf32>
  %0 = nn.add %x, %zero : tensor<3xf32>
  %1 = nn.add %zero, %0 : tensor<3xf32>
  %2 = nn.sub %1, %zero : tensor<3xf32>
  %3 = nn.mul %2, %one : tensor<3xf32>
  %4 = nn.mul %one, %3 : tensor<3xf32>
  %5 = nn.div %4, %one : tensor<3xf32>
  return %5 : tensor<3xf32>
}

// CHECK-LABEL: func.func @neutral_integers
//  CHECK-SAME: (%[[X:.*]]: tensor<3xi32>)
func.func @neutral_integers(%x: tensor<3xi32>) -> tensor<3xi32> {
  // CHECK-NEXT: return %[[X]]
  %zero = nn.constant dense<0> : tensor<3xi32>
  %one = nn.constant dense<1> : tensor<3xi32>
  %0 = nn.add %x, %zero : tensor<3xi32>
  %1 = nn.mul %0, %one : tensor<3xi32>
  %2 = nn.div %1, %one : tensor<3xi32>
  return %2 : tensor<3xi32>
}

// 0 - x, 1 / x and x * 0 (a NaN must stay one) are not x, and not 0.
// CHECK-LABEL: func.func @not_neutral
func.func @not_neutral(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK: nn.sub
  // CHECK: nn.div
  // CHECK: nn.mul
  %zero = nn.constant dense<0.0> : tensor<3xf32>
  %one = nn.constant dense<1.0> : tensor<3xf32>
  %0 = nn.sub %zero, %x : tensor<3xf32>
  %1 = nn.div %one, %x : tensor<3xf32>
  %2 = nn.mul %x, %zero : tensor<3xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @splats_are_computed
func.func @splats_are_computed() -> tensor<3xf32> {
  // ((3 + 2) * 4 - 6) / 2 = 7, negated
  // CHECK-NEXT: %[[C:.*]] = nn.constant dense<-7.000000e+00> : tensor<3xf32>
  // CHECK-NEXT: return %[[C]]
  %2 = nn.constant dense<2.0> : tensor<3xf32>
  %3 = nn.constant dense<3.0> : tensor<3xf32>
  %4 = nn.constant dense<4.0> : tensor<3xf32>
  %6 = nn.constant dense<6.0> : tensor<3xf32>
  %a = nn.add %3, %2 : tensor<3xf32>
  %b = nn.mul %a, %4 : tensor<3xf32>
  %c = nn.sub %b, %6 : tensor<3xf32>
  %d = nn.div %c, %2 : tensor<3xf32>
  %e = nn.neg %d : tensor<3xf32>
  return %e : tensor<3xf32>
}

// An integer division by zero must not happen at compile time.
// CHECK-LABEL: func.func @no_integer_division
func.func @no_integer_division() -> tensor<3xi32> {
  // CHECK: nn.div
  %1 = nn.constant dense<5> : tensor<3xi32>
  %0 = nn.constant dense<0> : tensor<3xi32>
  %d = nn.div %1, %0 : tensor<3xi32>
  return %d : tensor<3xi32>
}

// CHECK-LABEL: func.func @lists_are_not_computed
func.func @lists_are_not_computed() -> tensor<2xf32> {
  // CHECK: nn.add
  %a = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = nn.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %0 = nn.add %a, %b : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @select_of_the_same
//  CHECK-SAME: (%{{.*}}: tensor<3xi1>, %[[X:.*]]: tensor<3xf32>)
func.func @select_of_the_same(%c: tensor<3xi1>, %x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.select %c, %x, %x : tensor<3xi1>, tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @cast_to_itself
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @cast_to_itself(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.cast %x : tensor<3xf32> -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// Rounding on the way is part of the meaning.
// CHECK-LABEL: func.func @no_cast_of_cast
func.func @no_cast_of_cast(%x: tensor<3xf64>) -> tensor<3xf64> {
  // CHECK-COUNT-2: nn.cast
  %0 = nn.cast %x : tensor<3xf64> -> tensor<3xf32>
  %1 = nn.cast %0 : tensor<3xf32> -> tensor<3xf64>
  return %1 : tensor<3xf64>
}

// CHECK-LABEL: func.func @cast_of_splat
func.func @cast_of_splat() -> tensor<3xi32> {
  // CHECK-NEXT: nn.constant dense<-2> : tensor<3xi32>
  %0 = nn.constant dense<-2.75> : tensor<3xf64>
  %1 = nn.cast %0 : tensor<3xf64> -> tensor<3xi32>
  return %1 : tensor<3xi32>
}

// CHECK-LABEL: func.func @broadcast_to_itself
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @broadcast_to_itself(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.broadcast %x dims [0, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @broadcast_of_broadcast
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @broadcast_of_broadcast(%x: tensor<3xf32>) -> tensor<2x3x4x5xf32> {
  // CHECK-NEXT: %[[B:.*]] = nn.broadcast %[[X]] dims [1] : tensor<3xf32> -> tensor<2x3x4x5xf32>
  // CHECK-NEXT: return %[[B]]
  %0 = nn.broadcast %x dims [0] : tensor<3xf32> -> tensor<3x4xf32>
  %1 = nn.broadcast %0 dims [1, 2] : tensor<3x4xf32> -> tensor<2x3x4x5xf32>
  return %1 : tensor<2x3x4x5xf32>
}

// CHECK-LABEL: func.func @broadcast_of_splat
func.func @broadcast_of_splat() -> tensor<2x3xf32> {
  // CHECK-NEXT: nn.constant dense<2.000000e+00> : tensor<2x3xf32>
  %0 = nn.constant dense<2.0> : tensor<f32>
  %1 = nn.broadcast %0 dims [] : tensor<f32> -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @reshape_there_and_back
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @reshape_there_and_back(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.reshape %x : tensor<2x3xf32> -> tensor<6xf32>
  %1 = nn.reshape %0 : tensor<6xf32> -> tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @reshape_of_constant
func.func @reshape_of_constant() -> tensor<3x2xi32> {
  // CHECK-NEXT: nn.constant dense<{{\[}}[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  %0 = nn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %1 = nn.reshape %0 : tensor<2x3xi32> -> tensor<3x2xi32>
  return %1 : tensor<3x2xi32>
}

// CHECK-LABEL: func.func @transposes_compose
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x5xf32>)
func.func @transposes_compose(%x: tensor<2x3x5xf32>) -> (tensor<3x5x2xf32>, tensor<2x3x5xf32>) {
  // CHECK-NEXT: %[[T:.*]] = nn.transpose %[[X]] perm [1, 2, 0]
  // CHECK-NEXT: return %[[T]], %[[X]]
  %0 = nn.transpose %x perm [2, 0, 1] : tensor<2x3x5xf32>
  %1 = nn.transpose %0 perm [2, 0, 1] : tensor<5x2x3xf32>
  %2 = nn.transpose %1 perm [2, 0, 1] : tensor<3x5x2xf32>
  return %1, %2 : tensor<3x5x2xf32>, tensor<2x3x5xf32>
}

// CHECK-LABEL: func.func @reduce_over_nothing
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @reduce_over_nothing(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.reduce max %x dims [] : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @logsumexp_over_nothing
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @logsumexp_over_nothing(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK-NEXT: return %[[X]]
  %0 = nn.logsumexp %x dims [] : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

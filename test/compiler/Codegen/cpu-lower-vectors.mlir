// RUN: gradus-opt %s --cpu-lower-vectors | FileCheck %s

// A 16 x 16 square is transposed by four rounds of shuffles.
// CHECK-LABEL: func.func @square
//   CHECK-NOT: vector.transpose
// CHECK-COUNT-64: vector.shuffle
//   CHECK-NOT: vector.transpose
//       CHECK: return
func.func @square(%v: vector<16x16xf32>) -> vector<16x16xf32> {
  %0 = vector.transpose %v, [1, 0] : vector<16x16xf32> to vector<16x16xf32>
  return %0 : vector<16x16xf32>
}

// CHECK-LABEL: func.func @other_sizes
//   CHECK-NOT: vector.transpose
//       CHECK: return
func.func @other_sizes(%v: vector<8x8xf64>) -> vector<8x8xf64> {
  %0 = vector.transpose %v, [1, 0] : vector<8x8xf64> to vector<8x8xf64>
  return %0 : vector<8x8xf64>
}

// CHECK-LABEL: func.func @step
//       CHECK: arith.constant dense<[0, 1, 2, 3]> : vector<4xindex>
func.func @step() -> vector<4xindex> {
  %0 = vector.step : vector<4xindex>
  return %0 : vector<4xindex>
}

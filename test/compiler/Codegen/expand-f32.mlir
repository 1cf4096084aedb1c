// RUN: gradus-opt %s --math-expand-f32 | FileCheck %s
// The numbers are tested by test/unit/MathTest.cpp.

// CHECK-LABEL: func.func @vectors
//   CHECK-NOT: math.{{exp|log|tanh|erf}}
//       CHECK: return
func.func @vectors(%x: vector<16xf32>) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
  %0 = math.exp %x : vector<16xf32>
  %1 = math.log %x : vector<16xf32>
  %2 = math.tanh %x : vector<16xf32>
  %3 = math.erf %x : vector<16xf32>
  return %0, %1, %2, %3 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
}

// CHECK-LABEL: func.func @scalars
//   CHECK-NOT: math.{{exp|log|tanh|erf}}
//       CHECK: return
func.func @scalars(%x: f32) -> (f32, f32, f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.log %x : f32
  %2 = math.tanh %x : f32
  %3 = math.erf %x : f32
  return %0, %1, %2, %3 : f32, f32, f32, f32
}

// Doubles go to the C library.
// CHECK-LABEL: func.func @doubles
//       CHECK: math.exp
//       CHECK: math.log
//       CHECK: math.tanh
//       CHECK: math.erf
func.func @doubles(%x: f64, %v: vector<8xf64>) -> (f64, vector<8xf64>, f64, f64) {
  %0 = math.exp %x : f64
  %1 = math.log %v : vector<8xf64>
  %2 = math.tanh %x : f64
  %3 = math.erf %x : f64
  return %0, %1, %2, %3 : f64, vector<8xf64>, f64, f64
}

// So does what no expansion exists for; roots are an instruction.
// CHECK-LABEL: func.func @others
//       CHECK: math.sqrt
//       CHECK: math.powf
func.func @others(%x: f32) -> (f32, f32) {
  %0 = math.sqrt %x : f32
  %1 = math.powf %x, %x : f32
  return %0, %1 : f32, f32
}

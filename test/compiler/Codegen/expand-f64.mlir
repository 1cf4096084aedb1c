// RUN: gradus-opt %s --math-expand-f64 --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @functions
//   CHECK-NOT: math.{{exp|log|powf|cos|sin|tanh|erf}}
//       CHECK: math.fma
//       CHECK: return
func.func @functions(%x: f64, %y: f64) -> (f64, f64, f64, f64, f64, f64, f64) {
  %0 = math.exp %x : f64
  %1 = math.log %x : f64
  %2 = math.powf %x, %y : f64
  %3 = math.sin %x : f64
  %4 = math.cos %x : f64
  %5 = math.tanh %x : f64
  %6 = math.erf %x : f64
  return %0, %1, %2, %3, %4, %5, %6 : f64, f64, f64, f64, f64, f64, f64
}

// f32 functions without an expansion of their own are computed in f64.
// CHECK-LABEL: func.func @narrow
//       CHECK: arith.extf %{{.*}} : vector<4xf32> to vector<4xf64>
//       CHECK: arith.truncf %{{.*}} : vector<4xf64> to vector<4xf32>
func.func @narrow(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = math.sin %x : vector<4xf32>
  return %0 : vector<4xf32>
}

// -----

// Said once, however often.
func.func @none(%x: i32, %y: i32) -> i32 {
  // expected-error@+1 {{a power of integers cannot be computed on this target; cast to f32}}
  %0 = math.ipowi %x, %y : i32
  %1 = math.ipowi %0, %y : i32
  return %1 : i32
}

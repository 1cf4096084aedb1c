// RUN: gradus-opt %s --convert-nn-to-linalg | FileCheck %s
// The scalar body of each elementwise op (gelu and others are made of these).

// CHECK-LABEL: func.func @unary
func.func @unary(%x: tensor<5xf32>) {
  // CHECK: arith.negf
  // CHECK: math.absf
  // CHECK: math.exp
  // CHECK: math.log
  // CHECK: math.sqrt
  // CHECK: math.sqrt
  // CHECK: arith.divf
  // CHECK: math.sin
  // CHECK: math.cos
  // CHECK: math.erf
  // CHECK: math.tanh
  // CHECK: arith.maximumf
  %0 = nn.neg %x : tensor<5xf32>
  %1 = nn.abs %x : tensor<5xf32>
  %2 = nn.exp %x : tensor<5xf32>
  %3 = nn.log %x : tensor<5xf32>
  %4 = nn.sqrt %x : tensor<5xf32>
  %5 = nn.rsqrt %x : tensor<5xf32>
  %6 = nn.sin %x : tensor<5xf32>
  %7 = nn.cos %x : tensor<5xf32>
  %8 = nn.erf %x : tensor<5xf32>
  %9 = nn.tanh %x : tensor<5xf32>
  %10 = nn.relu %x : tensor<5xf32>
  return
}

// CHECK-LABEL: func.func @integers
func.func @integers(%x: tensor<5xi32>, %y: tensor<5xi32>) {
  // CHECK: arith.subi
  // CHECK: arith.addi
  // CHECK: arith.muli
  // CHECK: arith.divsi
  // CHECK: arith.maxsi
  // CHECK: arith.minsi
  // CHECK: arith.cmpi slt
  %0 = nn.neg %x : tensor<5xi32>
  %1 = nn.add %x, %y : tensor<5xi32>
  %2 = nn.mul %x, %y : tensor<5xi32>
  %3 = nn.div %x, %y : tensor<5xi32>
  %4 = nn.maximum %x, %y : tensor<5xi32>
  %5 = nn.minimum %x, %y : tensor<5xi32>
  %6 = nn.compare lt %x, %y : tensor<5xi32> -> tensor<5xi1>
  return
}

// CHECK-LABEL: func.func @casts
func.func @casts(%b: tensor<5xi1>, %i: tensor<5xi32>, %f: tensor<5xf32>) {
  // CHECK: arith.uitofp
  // CHECK: arith.extui
  // CHECK: arith.sitofp
  // CHECK: arith.extsi
  // CHECK: arith.fptosi
  // CHECK: arith.extf
  %0 = nn.cast %b : tensor<5xi1> -> tensor<5xf32>
  %1 = nn.cast %b : tensor<5xi1> -> tensor<5xi32>
  %2 = nn.cast %i : tensor<5xi32> -> tensor<5xf32>
  %3 = nn.cast %i : tensor<5xi32> -> tensor<5xi64>
  %4 = nn.cast %f : tensor<5xf32> -> tensor<5xi32>
  %5 = nn.cast %f : tensor<5xf32> -> tensor<5xf64>
  return
}

// RUN: gradus-opt %s | gradus-opt | FileCheck %s
// RUN: gradus-opt %s --mlir-print-op-generic | gradus-opt | FileCheck %s

// CHECK-LABEL: func.func @expectations
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>, %[[Y:.*]]: tensor<3x5xf32>)
func.func @expectations(%x: tensor<3x5xf32>, %y: tensor<3x5xf32>) {
  // CHECK: check.expect_close %[[X]], %[[Y]] atol {{.*}} rtol {{.*}} : tensor<3x5xf32>
  check.expect_close %x, %y atol 1.0e-6 rtol 1.0e-5 : tensor<3x5xf32>
  return
}

// RUN: split-file %s %t
// RUN: gradus-opt %t/differences.mlir --check-gradients
// RUN: gradus-opt %t/rule.mlir --train-autodiff | FileCheck %t/rule.mlir
// RUN: not gradus-opt %t/rule.mlir --check-gradients 2>&1 | FileCheck %t/refused.txt

//--- differences.mlir
// What is stopped does not depend on the input: both see zero.
func.func @of_a_constant(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %c = nn.constant dense<2.5> : tensor<3x5xf64>
  %s = nn.stop_gradient %c : tensor<3x5xf64>
  %y = nn.mul %s, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

//--- rule.mlir
// The gradient of x * stop_gradient(x) is stop_gradient(x), not 2 x.
// CHECK-LABEL: func.func @one_side_is_constant
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf64>)
func.func @one_side_is_constant(%x: tensor<3x5xf64>) -> tensor<f64> {
  // CHECK: %[[S:.*]] = nn.stop_gradient %[[X]]
  // CHECK: %[[G:.*]] = nn.broadcast %{{.*}} dims []
  // CHECK: %[[D:.*]] = nn.mul %[[G]], %[[S]]
  // CHECK-NOT: nn.add
  // CHECK: nn.reduce sum %[[D]]
  %s = nn.stop_gradient %x : tensor<3x5xf64>
  %y = nn.mul %x, %s : tensor<3x5xf64>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf64>
  %g = train.grad %loss wrt %x : tensor<f64>, tensor<3x5xf64> -> tensor<3x5xf64>
  %n = nn.reduce sum %g dims [0, 1] : tensor<3x5xf64>
  return %n : tensor<f64>
}

//--- refused.txt
Finite differences see through stop_gradient: that this fails shows that
--check-gradients can.
CHECK: error: gradient of argument 0, element 0 is {{.*}}, finite differences say

// RUN: gradus-opt %s --check-gradients
// RUN: gradus-opt %s --train-autodiff | FileCheck %s

func.func @wider_and_back_in_f64(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %a = nn.cast %x : tensor<3x5xf64> -> tensor<3x5xf64>
  %y = nn.mul %a, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

func.func @to_integer_has_no_derivative(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %k = nn.constant dense<0.0> : tensor<3x5xf64>
  %n = nn.mul %x, %k : tensor<3x5xf64>
  %i = nn.cast %n : tensor<3x5xf64> -> tensor<3x5xi32>
  %f = nn.cast %i : tensor<3x5xi32> -> tensor<3x5xf64>
  %y = nn.add %f, %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// The gradient comes back in the type of the input. (Finite differences over
// f32 rounding would be noise, so this one is only read.)
// CHECK-LABEL: func.func @through_f32
// CHECK: %[[G:.*]] = nn.broadcast %{{.*}} dims [] : tensor<f32> -> tensor<3x5xf32>
// CHECK: %[[D:.*]] = nn.cast %[[G]] : tensor<3x5xf32> -> tensor<3x5xf64>
// CHECK: return
func.func @through_f32(%x: tensor<3x5xf64>) -> tensor<f32> {
  %y = nn.cast %x : tensor<3x5xf64> -> tensor<3x5xf32>
  %loss = nn.reduce sum %y dims [0, 1] : tensor<3x5xf32>
  %g = train.grad %loss wrt %x : tensor<f32>, tensor<3x5xf64> -> tensor<3x5xf64>
  %u = nn.cast %g : tensor<3x5xf64> -> tensor<3x5xf32>
  %n = nn.reduce sum %u dims [0, 1] : tensor<3x5xf32>
  return %n : tensor<f32>
}

// RUN: gradus-opt %s --train-autodiff | FileCheck %s
// The rules of the ops have tests of their own: test/gradients/nn.

// CHECK-LABEL: func.func @used_twice
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @used_twice(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-DAG: %[[S:.*]] = nn.sin %[[X]]
  // CHECK-DAG: %[[E:.*]] = nn.exp %[[X]]
  // CHECK: %[[G:.*]] = nn.broadcast
  // CHECK: %[[GE:.*]] = nn.mul %[[G]], %[[E]]
  // CHECK: %[[C:.*]] = nn.cos %[[X]]
  // CHECK: %[[GS:.*]] = nn.mul %[[G]], %[[C]]
  // CHECK: %[[SUM:.*]] = nn.add %[[GE]], %[[GS]]
  // CHECK-NOT: train.grad
  // CHECK: return %[[SUM]]
  %0 = nn.sin %x : tensor<3xf32>
  %1 = nn.exp %x : tensor<3xf32>
  %2 = nn.add %0, %1 : tensor<3xf32>
  %3 = nn.reduce sum %2 dims [0] : tensor<3xf32>
  %g = train.grad %3 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// What the loss does not depend on has a gradient of zero.
// CHECK-LABEL: func.func @unused
func.func @unused(%x: tensor<3xf32>, %y: tensor<5xf32>) -> tensor<5xf32> {
  // CHECK: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<5xf32>
  // CHECK: return %[[Z]]
  %0 = nn.reduce sum %x dims [0] : tensor<3xf32>
  %g = train.grad %0 wrt %y : tensor<f32>, tensor<5xf32> -> tensor<5xf32>
  return %g : tensor<5xf32>
}

// The loss with respect to itself.
// CHECK-LABEL: func.func @itself
func.func @itself(%l: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[ONE:.*]] = nn.constant dense<1.000000e+00> : tensor<f32>
  // CHECK: return %[[ONE]]
  %g = train.grad %l wrt %l : tensor<f32>, tensor<f32> -> tensor<f32>
  return %g : tensor<f32>
}

// Nothing is computed for ops on which what is asked for has no influence.
// CHECK-LABEL: func.func @no_work_for_others
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>, %[[Y:.*]]: tensor<3xf32>)
func.func @no_work_for_others(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: nn.tanh %[[Y]]
  // CHECK: nn.broadcast
  // CHECK-NOT: nn.sub
  // CHECK: return
  %t = nn.tanh %y : tensor<3xf32>
  %0 = nn.mul %x, %t : tensor<3xf32>
  %1 = nn.reduce sum %0 dims [0] : tensor<3xf32>
  %g = train.grad %1 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// An intermediate value: the walk ends there.
// CHECK-LABEL: func.func @intermediate
func.func @intermediate(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: %[[E:.*]] = nn.exp
  // CHECK: %[[Y:.*]] = nn.tanh %[[E]]
  // CHECK: %[[G:.*]] = nn.broadcast
  // CHECK-NOT: nn.mul %{{.*}}, %[[E]]
  // CHECK: return
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.tanh %0 : tensor<3xf32>
  %2 = nn.reduce sum %1 dims [0] : tensor<3xf32>
  %g = train.grad %2 wrt %0 : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// CHECK-LABEL: func.func @stopped
func.func @stopped(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: %[[Z:.*]] = nn.constant dense<0.000000e+00> : tensor<3xf32>
  // CHECK: return %[[Z]]
  %0 = nn.stop_gradient %x : tensor<3xf32>
  %1 = nn.reduce sum %0 dims [0] : tensor<3xf32>
  %g = train.grad %1 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %g : tensor<3xf32>
}

// The second request differentiates what the first one became: g = 1 * exp(x), so
// that h = 1 * 1 * exp(x).
// CHECK-LABEL: func.func @gradient_of_gradient
//  CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @gradient_of_gradient(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK-NOT: train.grad
  // CHECK: %[[EXP:.*]] = nn.exp %[[X]]
  // CHECK: %[[ONES:.*]] = nn.broadcast
  // CHECK: nn.mul %[[ONES]], %[[EXP]]
  // CHECK: %[[ONES2:.*]] = nn.broadcast
  // CHECK: %[[ONE:.*]] = nn.mul %[[ONES2]], %[[ONES]]
  // CHECK: %[[H:.*]] = nn.mul %[[ONE]], %[[EXP]]
  // CHECK: return %[[H]]
  %0 = nn.exp %x : tensor<3xf32>
  %1 = nn.reduce sum %0 dims [0] : tensor<3xf32>
  %g = train.grad %1 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  %2 = nn.reduce sum %g dims [0] : tensor<3xf32>
  %h = train.grad %2 wrt %x : tensor<f32>, tensor<3xf32> -> tensor<3xf32>
  return %h : tensor<3xf32>
}

// A parameter that the loss does not depend on stays as it is: PyTorch gives it no
// gradient, and its optimizers then leave it alone.
// CHECK-LABEL: func.func @unreached
//   CHECK-NOT: train.update.sgd @idle
//       CHECK: train.update.sgd @used
//   CHECK-NOT: train.update.sgd @idle
//       CHECK: return
train.parameter @used : tensor<3xf32> init #train.constant_init<value = 1.0>
train.parameter @idle : tensor<2xf32> init #train.constant_init<value = 1.0>
func.func @unreached(%x: tensor<3xf32>) -> tensor<f32> {
  %used = train.read @used : tensor<3xf32>
  %unused = train.read @idle : tensor<2xf32>
  %y = nn.mul %x, %used : tensor<3xf32>
  %loss = nn.reduce sum %y dims [0] : tensor<3xf32>
  %g:2 = train.grad %loss wrt %used, %unused : tensor<f32>, tensor<3xf32>, tensor<2xf32> -> tensor<3xf32>, tensor<2xf32>
  %clipped:2 = train.clip_norm %g#0, %g#1 max 1.0 : tensor<3xf32>, tensor<2xf32> -> tensor<3xf32>, tensor<2xf32>
  %rate = train.learning_rate #train.constant<rate = 0.1>
  train.update.sgd @used by %clipped#0 rate %rate {momentum = 0.0 : f64, nesterov = false, weightDecay = 0.5 : f64} : tensor<3xf32>
  train.update.sgd @idle by %clipped#1 rate %rate {momentum = 0.0 : f64, nesterov = false, weightDecay = 0.5 : f64} : tensor<2xf32>
  return %loss : tensor<f32>
}

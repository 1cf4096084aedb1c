// RUN: gradus-opt %s --train-expand-updates | FileCheck %s

// Plain descent needs no state.
// CHECK: train.parameter @plain
// CHECK-NOT: train.state
// CHECK: train.parameter @heavy
// CHECK-NEXT: train.state @heavy.velocity : tensor<3xf32>
// CHECK: train.parameter @nesterov
// CHECK-NEXT: train.state @nesterov.velocity : tensor<3xf32>
train.parameter @plain : tensor<3xf32> init #train.constant_init<value = 0.0>
train.parameter @heavy : tensor<3xf32> init #train.constant_init<value = 0.0>
train.parameter @nesterov : tensor<3xf32> init #train.constant_init<value = 0.0>

// CHECK-LABEL: func.func @plain_step
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %[[R:.*]]: tensor<f64>)
func.func @plain_step(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK-DAG: %[[P:.*]] = train.read @plain
  // CHECK-DAG: %[[R32:.*]] = nn.cast %[[R]] : tensor<f64> -> tensor<f32>
  // CHECK-DAG: %[[RATE:.*]] = nn.broadcast %[[R32]] dims [] : tensor<f32> -> tensor<3xf32>
  // CHECK: %[[D:.*]] = nn.mul %[[RATE]], %[[G]]
  // CHECK: %[[N:.*]] = nn.sub %[[P]], %[[D]]
  // CHECK: train.write @plain, %[[N]]
  // CHECK-NOT: train.update
  train.update.sgd @plain by %g rate %r {momentum = 0.0, nesterov = false, weightDecay = 0.0} : tensor<3xf32>
  return
}

// CHECK-LABEL: func.func @momentum_and_decay
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %{{.*}}: tensor<f64>)
func.func @momentum_and_decay(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK: %[[P:.*]] = train.read @heavy :
  // CHECK: %[[DECAY:.*]] = nn.mul %{{.*}}, %[[P]]
  // CHECK: %[[GD:.*]] = nn.add %[[G]], %[[DECAY]]
  // CHECK: %[[V:.*]] = train.read @heavy.velocity
  // CHECK: %[[MV:.*]] = nn.mul %{{.*}}, %[[V]]
  // CHECK: %[[NV:.*]] = nn.add %[[MV]], %[[GD]]
  // CHECK: train.write @heavy.velocity, %[[NV]]
  // CHECK: %[[D:.*]] = nn.mul %{{.*}}, %[[NV]]
  // CHECK: %[[N:.*]] = nn.sub %[[P]], %[[D]]
  // CHECK: train.write @heavy, %[[N]]
  train.update.sgd @heavy by %g rate %r {momentum = 0.9, nesterov = false, weightDecay = 0.01} : tensor<3xf32>
  return
}

// The step is g + momentum * v, with the new v.
// CHECK-LABEL: func.func @nesterov_step
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %{{.*}}: tensor<f64>)
func.func @nesterov_step(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK: train.write @nesterov.velocity, %[[NV:.*]] :
  // CHECK: %[[MV:.*]] = nn.mul %{{.*}}, %[[NV]]
  // CHECK: %[[S:.*]] = nn.add %[[G]], %[[MV]]
  // CHECK: nn.mul %{{.*}}, %[[S]]
  // CHECK: train.write @nesterov,
  train.update.sgd @nesterov by %g rate %r {momentum = 0.9, nesterov = true, weightDecay = 0.0} : tensor<3xf32>
  return
}

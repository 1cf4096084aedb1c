// RUN: gradus-opt %s --train-expand-updates | FileCheck %s

// CHECK: train.parameter @a
// CHECK-NEXT: train.state @a.square : tensor<3xf32>
// CHECK-NOT: @a.velocity
// CHECK: train.parameter @b
// CHECK-DAG: train.state @b.square
// CHECK-DAG: train.state @b.velocity
train.parameter @a : tensor<3xf32> init #train.constant_init<value = 0.0>
train.parameter @b : tensor<3xf32> init #train.constant_init<value = 0.0>

// CHECK-LABEL: func.func @rmsprop
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %{{.*}}: tensor<f64>)
func.func @rmsprop(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK-DAG: %[[P:.*]] = train.read @a :
  // CHECK-DAG: nn.mul %[[G]], %[[G]]
  // CHECK: train.write @a.square, %[[S:.*]] :
  // CHECK-DAG: %[[ROOT:.*]] = nn.sqrt %[[S]]
  // CHECK-DAG: %[[DEN:.*]] = nn.add %[[ROOT]], %{{.*}}
  // CHECK: %[[D:.*]] = nn.div %[[G]], %[[DEN]]
  // CHECK: %[[RD:.*]] = nn.mul %{{.*}}, %[[D]]
  // CHECK: %[[N:.*]] = nn.sub %[[P]], %[[RD]]
  // CHECK: train.write @a, %[[N]]
  train.update.rmsprop @a by %g rate %r {alpha = 0.99, epsilon = 1.0e-8, momentum = 0.0, weightDecay = 0.0} : tensor<3xf32>
  return
}

// CHECK-LABEL: func.func @with_momentum
func.func @with_momentum(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK: %[[D:.*]] = nn.div
  // CHECK: %[[MV:.*]] = nn.mul
  // CHECK: %[[V:.*]] = nn.add %[[MV]], %[[D]]
  // CHECK: train.write @b.velocity, %[[V]]
  // CHECK: nn.mul %{{.*}}, %[[V]]
  train.update.rmsprop @b by %g rate %r {alpha = 0.99, epsilon = 1.0e-8, momentum = 0.9, weightDecay = 0.0} : tensor<3xf32>
  return
}

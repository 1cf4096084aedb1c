// RUN: gradus-opt %s --train-expand-updates | FileCheck %s

// CHECK: train.parameter @w
// CHECK-DAG: train.state @w.m : tensor<3xf32>
// CHECK-DAG: train.state @w.v : tensor<3xf32>
train.parameter @w : tensor<3xf32> init #train.constant_init<value = 0.0>

// CHECK-LABEL: func.func @adam
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %[[R:.*]]: tensor<f64>)
func.func @adam(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK-DAG: %[[P:.*]] = train.read @w :
  // CHECK-DAG: %[[M:.*]] = train.read @w.m
  // CHECK-DAG: %[[V:.*]] = train.read @w.v
  // CHECK-DAG: %[[GG:.*]] = nn.mul %[[G]], %[[G]]
  // CHECK-DAG: %[[NM:.*]] = nn.add %{{.*}}, %{{.*}} : tensor<3xf32>
  // CHECK: train.write @w.m, %{{.*}}
  // CHECK: train.write @w.v, %[[NV:.*]] :
  // Bias corrections are scalars in f64, converted once each.
  // CHECK: %[[T:.*]] = train.counter step
  // CHECK: nn.cast %[[T]] : tensor<i64> -> tensor<f64>
  // CHECK: nn.pow {{.*}} : tensor<f64>
  // CHECK: nn.div %[[R]], {{.*}} : tensor<f64>
  // CHECK: nn.cast {{.*}} : tensor<f64> -> tensor<f32>
  // CHECK: nn.pow {{.*}} : tensor<f64>
  // CHECK: nn.sqrt {{.*}} : tensor<f64>
  // CHECK: nn.cast {{.*}} : tensor<f64> -> tensor<f32>
  // CHECK: nn.sqrt %[[NV]] : tensor<3xf32>
  // CHECK: %[[N:.*]] = nn.sub %[[P]], %{{.*}}
  // CHECK: train.write @w, %[[N]]
  train.update.adam @w by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.0, decoupled = false} : tensor<3xf32>
  return
}

// Coupled decay changes the gradient, and so both moments.
// CHECK-LABEL: func.func @coupled_decay
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %{{.*}}: tensor<f64>)
func.func @coupled_decay(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK: %[[P:.*]] = train.read @w :
  // CHECK: %[[D:.*]] = nn.mul %{{.*}}, %[[P]]
  // CHECK: %[[GD:.*]] = nn.add %[[G]], %[[D]]
  // CHECK: nn.mul %[[GD]], %[[GD]]
  // CHECK: nn.sub %[[P]],
  train.update.adam @w by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.01, decoupled = false} : tensor<3xf32>
  return
}

// Decoupled decay (AdamW) shrinks the parameter by 1 - rate * decay first.
// CHECK-LABEL: func.func @decoupled_decay
//  CHECK-SAME: (%[[G:.*]]: tensor<3xf32>, %[[R:.*]]: tensor<f64>)
func.func @decoupled_decay(%g: tensor<3xf32>, %r: tensor<f64>) {
  // CHECK: %[[P:.*]] = train.read @w :
  // CHECK: %[[RD:.*]] = nn.mul %{{.*}}, %[[R]] : tensor<f64>
  // CHECK: %[[S:.*]] = nn.sub %{{.*}}, %[[RD]] : tensor<f64>
  // CHECK: %[[SHRUNK:.*]] = nn.mul %{{.*}}, %[[P]]
  // CHECK: nn.mul %[[G]], %[[G]]
  // CHECK: nn.sub %[[SHRUNK]],
  train.update.adam @w by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.01, decoupled = true} : tensor<3xf32>
  return
}

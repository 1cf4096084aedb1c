// RUN: gradus-opt %s --train-expand-updates --nn-simplify | FileCheck %s

// CHECK-LABEL: func.func @constant
func.func @constant() -> tensor<f64> {
  // CHECK-NEXT: %[[R:.*]] = nn.constant dense<2.500000e-01> : tensor<f64>
  // CHECK-NEXT: return %[[R]]
  %0 = train.learning_rate #train.constant<rate = 0.25>
  return %0 : tensor<f64>
}

// initial * factor ^ floor(t / every), the floor by an integer division
// CHECK-LABEL: func.func @step
func.func @step() -> tensor<f64> {
  // CHECK-DAG: %[[EVERY:.*]] = nn.constant dense<30> : tensor<i64>
  // CHECK-DAG: %[[T:.*]] = train.counter step
  // CHECK-DAG: %[[N:.*]] = nn.div %[[T]], %[[EVERY]] : tensor<i64>
  // CHECK: %[[E:.*]] = nn.cast %[[N]] : tensor<i64> -> tensor<f64>
  // CHECK: %[[F:.*]] = nn.pow %{{.*}}, %[[E]] : tensor<f64>
  // CHECK: nn.mul
  %0 = train.learning_rate #train.step<initial = 0.25, factor = 0.5, every = 30>
  return %0 : tensor<f64>
}

// CHECK-LABEL: func.func @cosine
func.func @cosine() -> tensor<f64> {
  // CHECK-NOT: train.counter total_steps
  // CHECK: nn.minimum
  // CHECK: nn.cos
  // CHECK-NOT: nn.select
  %0 = train.learning_rate #train.cosine<initial = 0.25, final = 0.01, steps = 100>
  return %0 : tensor<f64>
}

// A length of 0 means that of the run.
// CHECK-LABEL: func.func @cosine_over_the_run
func.func @cosine_over_the_run() -> tensor<f64> {
  // CHECK: train.counter total_steps
  // CHECK: nn.cos
  %0 = train.learning_rate #train.cosine<initial = 0.25, final = 0.01>
  return %0 : tensor<f64>
}

// CHECK-LABEL: func.func @warmup
func.func @warmup() -> tensor<f64> {
  // CHECK-DAG: %[[W:.*]] = nn.constant dense<1.000000e+01> : tensor<f64>
  // CHECK-DAG: %[[R:.*]] = nn.constant dense<2.500000e-01> : tensor<f64>
  // CHECK: %[[C:.*]] = nn.compare lt %{{.*}}, %[[W]]
  // CHECK: nn.select %[[C]], %{{.*}}, %[[R]] :
  %0 = train.learning_rate #train.constant<rate = 0.25> warmup 10
  return %0 : tensor<f64>
}

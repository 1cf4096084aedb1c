// RUN: gradus-opt %s | gradus-opt | FileCheck %s
// RUN: gradus-opt %s --mlir-print-op-generic | gradus-opt | FileCheck %s

// CHECK: module attributes {train.recipe = #train.recipe<epochs = 5, seed = 18446744073709551615,
// CHECK-SAME: checkpoint = <dir = "saved", every_steps = 100, keep = 2>,
// CHECK-SAME: data = <shuffle = true, source = <kind = csv, header = true, delimiter = ";",
// CHECK-SAME: parts = [<input = "x", path = "a.csv", scale = 5.000000e-01, last = 12>, <input = "y", path = "a.csv", first = 13, last = 13>]>>,
// CHECK-SAME: validation = <source = <kind = text, parts = [<input = "x", path = "b.txt">, <input = "y", path = "b.txt", shift = 1>]>>>}
module attributes {train.recipe = #train.recipe<
    epochs = 5, seed = 18446744073709551615,
    checkpoint = <dir = "saved", every_steps = 100, keep = 2>,
    data = <shuffle = true, source = <kind = csv, header = true, delimiter = ";",
      parts = [<input = "x", path = "a.csv", scale = 0.5, last = 12>, <input = "y", path = "a.csv", first = 13, last = 13>]>>,
    validation = <source = <kind = text,
      parts = [<input = "x", path = "b.txt">, <input = "y", path = "b.txt", shift = 1>]>>>} {

// CHECK: train.parameter @fc1.weight : tensor<3x5xf32> init #train.uniform_init<low = -5.000000e-01, high = 5.000000e-01>
// CHECK: train.parameter @fc1.bias : tensor<5xf32> init #train.constant_init<value = 1.000000e+00>
// CHECK: train.parameter @"a name" : tensor<5xf32> init #train.normal_init<mean = 0.000000e+00, stddev = 2.000000e-02> frozen
// CHECK: train.state @fc1.bias.velocity : tensor<5xf32>
train.parameter @fc1.weight : tensor<3x5xf32> init #train.uniform_init<low = -0.5, high = 0.5>
train.parameter @fc1.bias : tensor<5xf32> init #train.constant_init<value = 1.0>
train.parameter @"a name" : tensor<5xf32> init #train.normal_init<mean = 0.0, stddev = 0.02> frozen
train.state @fc1.bias.velocity : tensor<5xf32>

// CHECK-LABEL: func.func @variables
func.func @variables() {
  // CHECK: %[[W:.*]] = train.read @fc1.weight : tensor<3x5xf32>
  // CHECK: %[[V:.*]] = train.read @fc1.bias.velocity : tensor<5xf32>
  // CHECK: train.write @fc1.weight, %[[W]] : tensor<3x5xf32>
  // CHECK: train.write @fc1.bias.velocity, %[[V]] : tensor<5xf32>
  // CHECK: train.counter step
  // CHECK: train.counter total_steps
  // CHECK: train.counter seed
  %w = train.read @fc1.weight : tensor<3x5xf32>
  %v = train.read @fc1.bias.velocity : tensor<5xf32>
  train.write @fc1.weight, %w : tensor<3x5xf32>
  train.write @fc1.bias.velocity, %v : tensor<5xf32>
  %0 = train.counter step
  %1 = train.counter total_steps
  %2 = train.counter seed
  return
}

// CHECK-LABEL: func.func @gradients
//  CHECK-SAME: (%[[L:.*]]: tensor<f32>, %[[W:.*]]: tensor<3x5xf32>, %[[B:.*]]: tensor<5xf32>)
func.func @gradients(%l: tensor<f32>, %w: tensor<3x5xf32>, %b: tensor<5xf32>) {
  // CHECK: %[[G:.*]]:2 = train.grad %[[L]] wrt %[[W]], %[[B]] : tensor<f32>, tensor<3x5xf32>, tensor<5xf32> -> tensor<3x5xf32>, tensor<5xf32>
  // CHECK: train.clip_norm %[[G]]#0, %[[G]]#1 max 5.000000e-01 : tensor<3x5xf32>, tensor<5xf32> -> tensor<3x5xf32>, tensor<5xf32>
  %g:2 = train.grad %l wrt %w, %b : tensor<f32>, tensor<3x5xf32>, tensor<5xf32> -> tensor<3x5xf32>, tensor<5xf32>
  %c:2 = train.clip_norm %g#0, %g#1 max 0.5 : tensor<3x5xf32>, tensor<5xf32> -> tensor<3x5xf32>, tensor<5xf32>
  return
}

// CHECK-LABEL: func.func @updates
//  CHECK-SAME: (%[[G:.*]]: tensor<5xf32>)
func.func @updates(%g: tensor<5xf32>) {
  // CHECK: %[[R:.*]] = train.learning_rate #train.cosine<initial = 1.000000e-01, final = 1.000000e-03, steps = 100> warmup 10
  // CHECK: train.update.sgd @fc1.bias by %[[G]] rate %[[R]] {momentum = 9.000000e-01 : f64, nesterov = true, weightDecay = {{[^}]*}}} : tensor<5xf32>
  // CHECK: train.update.adam @fc1.bias by %[[G]] rate %[[R]] {{.*}}decoupled = true
  // CHECK: train.update.rmsprop @fc1.bias by %[[G]] rate %[[R]] {{.*}}alpha = 0.98
  %r = train.learning_rate #train.cosine<initial = 0.1, final = 0.001, steps = 100> warmup 10
  train.update.sgd @fc1.bias by %g rate %r {momentum = 0.9, nesterov = true, weightDecay = 1.0e-4} : tensor<5xf32>
  train.update.adam @fc1.bias by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.0, decoupled = true} : tensor<5xf32>
  train.update.rmsprop @fc1.bias by %g rate %r {alpha = 0.99, epsilon = 1.0e-8, momentum = 0.0, weightDecay = 0.0} : tensor<5xf32>
  // CHECK: train.update.adam {{.*}}{amsgrad, beta1
  // CHECK: train.update.adagrad @fc1.bias by %[[G]] rate %[[R]] {epsilon = {{.*}}, rateDecay = 1.000000e-01 : f64, weightDecay
  // CHECK: train.update.adadelta @fc1.bias by %[[G]] rate %[[R]] {epsilon = {{.*}}, rho = 9.0
  // CHECK: train.update.lamb @fc1.bias by %[[G]] rate %[[R]] {beta1 = 9.0
  // CHECK: train.update.lion @fc1.bias by %[[G]] rate %[[R]] {beta1 = 9.0
  train.update.adam @fc1.bias by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weightDecay = 0.0, decoupled = true, amsgrad} : tensor<5xf32>
  train.update.adagrad @fc1.bias by %g rate %r {rateDecay = 0.1, epsilon = 1.0e-10, weightDecay = 0.0} : tensor<5xf32>
  train.update.adadelta @fc1.bias by %g rate %r {rho = 0.9, epsilon = 1.0e-6, weightDecay = 0.0} : tensor<5xf32>
  train.update.lamb @fc1.bias by %g rate %r {beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-6, weightDecay = 0.0} : tensor<5xf32>
  train.update.lion @fc1.bias by %g rate %r {beta1 = 0.9, beta2 = 0.99, weightDecay = 0.0} : tensor<5xf32>
  return
}

// CHECK-LABEL: func.func @schedules
func.func @schedules() {
  // CHECK: train.learning_rate #train.constant<rate = 1.000000e-01>{{$}}
  // CHECK: train.learning_rate #train.step<initial = 1.000000e-01, factor = 0.33333333333333331, every = 30>{{$}}
  // CHECK: train.learning_rate #train.cosine<initial = 1.000000e-01>{{$}}
  // CHECK: train.learning_rate #train.constant<rate = 0.000000e+00>{{$}}
  // CHECK: train.learning_rate #train.polynomial<initial = 1.000000e-01>{{$}}
  // CHECK: train.learning_rate #train.polynomial<initial = 1.000000e-01, final = 1.000000e-02, power = 2.500000e+00, steps = 9>{{$}}
  // CHECK: train.learning_rate #train.exponential<initial = 1.000000e-01, factor = 5.000000e-01, every = 8>{{$}}
  // CHECK: train.learning_rate #train.one_cycle<peak = 1.000000e-01>{{$}}
  // CHECK: train.learning_rate #train.one_cycle<peak = 1.000000e-01, divisor = 1.000000e+01, finalDivisor = 1.000000e+02, rise = 5.000000e-01, steps = 9>{{$}}
  // CHECK: train.learning_rate #train.cosine_restarts<initial = 1.000000e-01, first = 7>{{$}}
  // CHECK: train.learning_rate #train.cosine_restarts<initial = 1.000000e-01, final = 1.000000e-02, first = 7, factor = 2.000000e+00>{{$}}
  // CHECK: train.learning_rate #train.piecewise<initial = 1.000000e-01, steps = [3, 9], rates = [5.000000e-01, 0.000000e+00]>{{$}}
  %0 = train.learning_rate #train.constant<rate = 0.1>
  %1 = train.learning_rate #train.step<initial = 0.1, factor = 0.3333333333333333, every = 30>
  %2 = train.learning_rate #train.cosine<initial = 0.1, final = 0.0, steps = 0>
  %3 = train.learning_rate #train.constant<rate = 0.0>
  %4 = train.learning_rate #train.polynomial<initial = 0.1, final = 0.0, power = 1.0, steps = 0>
  %5 = train.learning_rate #train.polynomial<initial = 0.1, final = 0.01, power = 2.5, steps = 9>
  %6 = train.learning_rate #train.exponential<initial = 0.1, factor = 0.5, every = 8>
  %7 = train.learning_rate #train.one_cycle<peak = 0.1, divisor = 25.0, finalDivisor = 10000.0, rise = 0.3>
  %8 = train.learning_rate #train.one_cycle<peak = 0.1, divisor = 10.0, finalDivisor = 100.0, rise = 0.5, steps = 9>
  %9 = train.learning_rate #train.cosine_restarts<initial = 0.1, final = 0.0, first = 7, factor = 1.0>
  %10 = train.learning_rate #train.cosine_restarts<initial = 0.1, final = 0.01, first = 7, factor = 2.0>
  %11 = train.learning_rate #train.piecewise<initial = 0.1, steps = [3, 9], rates = [0.5, 0.0]>
  return
}

// CHECK: func.func @train(%{{.*}}: tensor<5xf32> {train.name = "x"}) -> (tensor<5xf32> {train.name = "y"})
// CHECK-SAME: attributes {train.entry = #train.entry<train>}
func.func @train(%x: tensor<5xf32> {train.name = "x"}) -> (tensor<5xf32> {train.name = "y"}) attributes {train.entry = #train.entry<train>} {
  return %x : tensor<5xf32>
}
// CHECK: func.func @eval() attributes {train.entry = #train.entry<eval>}
func.func @eval() attributes {train.entry = #train.entry<eval>} {
  return
}
// CHECK: func.func @predict() attributes {train.entry = #train.entry<predict>}
func.func @predict() attributes {train.entry = #train.entry<predict>} {
  return
}

// CHECK: module @other_formats attributes {train.recipe = #train.recipe<epochs = 1, data = <source = <kind = idx, parts = [<input = "x", path = "images">]>>, validation = <source = <kind = npy, parts = [<input = "x", path = "x.npy">]>>>}
module @other_formats attributes {train.recipe = #train.recipe<epochs = 1,
    data = <source = <kind = idx, parts = [<input = "x", path = "images">]>>,
    validation = <source = <kind = npy, parts = [<input = "x", path = "x.npy">]>>>} {
}

} // module
